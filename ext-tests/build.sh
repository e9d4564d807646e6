#!/bin/sh
# Builds extensions of C for the tests: build.sh NAME..., from c/NAME.c. HEADERS names the folder of Python.h, OUTDIR where the results go (c).
set -e
here=$(cd "$(dirname "$0")" && pwd)
headers=${HEADERS:-$here/../include}
out=${OUTDIR:-$here/c}
mkdir -p "$out"
# The sanitizer's runtime is the binary's.
sanitized=${PYSTON_EXT_SANITIZE:+-fsanitize=$PYSTON_EXT_SANITIZE -nodefaultlibs -Wl,--as-needed -lm -lc -lgcc_s -lgcc}
for name; do
    ${CC:-cc} -O1 -g -Wall -Wno-deprecated-declarations -shared -fPIC -I "$headers" -idirafter "$headers/.." -o "$out/$name.cpython-314-x86_64-linux-gnu.so" "$here/c/$name.c" $sanitized
done
