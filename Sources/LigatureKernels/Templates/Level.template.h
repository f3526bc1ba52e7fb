// One level: all kernels for float64, then for float32, which computes some functions in double.

#include "Philox.template.h"

#define LK_DOUBLE 1
#include "Scalar.template.h"
#undef LK_DOUBLE

#define LK_DOUBLE 0
#include "Scalar.template.h"
#undef LK_DOUBLE
