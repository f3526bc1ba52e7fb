// Elementwise maps: one loop each, y = op(x). Maps.h lists them.

LK_INLINE V FN(sign)(V x) {
  V one = FN(with_sign_of)(FN(splat)(1), x);
  return FN(choose)((x == 0) | (x != x), x, one);
}
LK_INLINE V FN(clamp)(V x, V low, V high) {
  return FN(choose)(x < low, low, FN(choose)(x > high, high, x));
}
LK_INLINE V FN(leaky_relu)(V x, V slope) { return FN(choose)(x < 0, slope * x, x); }

// Of float32 what takes two steps is computed in double and rounded once.
#if LK_DOUBLE
LK_INLINE V FN(cube)(V x) { return x * x * x; }
LK_INLINE V FN(inverse_root)(V x) { return 1 / __builtin_elementwise_sqrt(x); }
#else
LK_WIDENED(cube)
LK_WIDENED(inverse_root)
#endif

/// The common exponents by multiplications, divisions and roots.
LK_INLINE V FN(power_by)(V x, T exponent) {
  const V infinity = FN(splat)((T)INFINITY);
  if (exponent == 2) return x * x;
  if (exponent == 3) return FN(cube)(x);
  if (exponent == 1) return x;
  if (exponent == -1) return 1 / x;
  // A power of -0 and -infinity has no sign where the exponent is no whole number.
  if (exponent == (T)0.5) {
    return FN(choose)(x == -infinity, infinity, __builtin_elementwise_sqrt(x + 0));
  }
  if (exponent == (T)-0.5) {
    return FN(choose)(x == -infinity, FN(splat)(0), FN(inverse_root)(x + 0));
  }
  return FN(power)(x, FN(splat)(exponent));
}

#define LK_MAP(KIND, name, expression, reads, gradient)                                   \
  static void FN(map_##name)(size_t n, const void *input, void *output, double p_value,   \
                             double q_value) {                                            \
    const T *source = input;                                                              \
    T *target = output;                                                                   \
    const V p = FN(splat)((T)p_value), q = FN(splat)((T)q_value);                         \
    (void)p, (void)q;                                                                     \
    LK_EACH_VECTOR(n, {                                                                   \
      V x = FN(take)(source + i, left);                                                   \
      FN(put)(target + i, expression, left);                                              \
    });                                                                                   \
  }
#include "../Maps.h"
