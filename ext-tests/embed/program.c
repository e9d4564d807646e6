/* A program that is `python` itself: options, script and arguments from its command line, and the exit status. */
#include "common.h"

int main(int argc, char **argv)
{
    return Py_BytesMain(argc, argv);
}
