// One level: all kernels for float32, then for float64.

#include "Philox.template.h"

#define LK_DOUBLE 0
#include "Scalar.template.h"
#undef LK_DOUBLE

#define LK_DOUBLE 1
#include "Scalar.template.h"
#undef LK_DOUBLE
