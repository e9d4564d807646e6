#!/bin/sh
# Compiles a test extension: build.sh NAME [FOLDER] makes FOLDER/NAME.cpython-314-x86_64-linux-gnu.so of c/NAME.c.
# PYTHON_INCLUDE names the folder of the headers; without it those of python3.14 are taken.
set -e
here=$(dirname "$0")
name=$1
out=${2:-$here/c}
include=${PYTHON_INCLUDE:-$(python3.14 -c 'import sysconfig; print(sysconfig.get_path("include"))')}
mkdir -p "$out"
${CC:-cc} -O1 -shared -fPIC -Wall -I "$include" -o "$out/$name.cpython-314-x86_64-linux-gnu.so" "$here/c/$name.c"
