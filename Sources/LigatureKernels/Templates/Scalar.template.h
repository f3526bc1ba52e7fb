// All kernels of one level for one scalar type. `T` is the scalar, `V` a vector of `LANES` of them,
// `FN(name)` the name with the type's suffix.

#if LK_DOUBLE
#define T double
#define LK_TYPE f64
#define IT long
#define UT unsigned long
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define LANES (LK_VECTOR_BYTES / 8)
#else
#define T float
#define LK_TYPE f32
#define IT int
#define UT unsigned int
#define MANTISSA_BITS 23
#define EXPONENT_BIAS 127
#define LANES (LK_VECTOR_BYTES / 4)
#endif

#define FN(name) LK_JOIN(name, LK_TYPE)
#define V FN(vector)
#define IV FN(signed_vector)
#define UV FN(bit_vector)

#include "Vector.template.h"
#include "Transpose.template.h"
#include "Sums.template.h"
#include "Exponential.template.h"
#include "Logarithm.template.h"
#include "Gaussian.template.h"
#include "Sine.template.h"
#include "Power.template.h"
#include "Widened.template.h"
#include "Bases.template.h"
#include "Arcs.template.h"
#include "Hyperbolic.template.h"
#include "ErrorFunction.template.h"
#include "Pairs.template.h"
#include "Maps.template.h"
#include "MapGradients.template.h"
#include "Product.template.h"
#include "Convolution.template.h"
#include "Pooling.template.h"
#include "ActivationGradient.template.h"
#include "Cells.template.h"
#include "Recurrence.template.h"
#include "Zips.template.h"
#include "Reductions.template.h"
#include "Rows.template.h"
#include "Normalization.template.h"
#include "Losses.template.h"
#include "Copies.template.h"
#include "Random.template.h"
#include "Solvers.template.h"
#include "Peak.template.h"
#include "Table.template.h"

#undef T
#undef LK_TYPE
#undef IT
#undef UT
#undef ROUNDING_MAGIC
#undef LK_POLYNOMIAL
#undef TILE_ROWS
#undef TILE_COLUMNS
#undef TILE_ROWS_PADDED
#undef WIDE
#undef WIDE_VECTORS
#undef LK_EACH_WIDE
#undef MANTISSA_BITS
#undef EXPONENT_BIAS
#undef LANES
#undef FN
#undef V
#undef IV
#undef UV
