#include "../frameobject.h"
