// Elementwise maps: one loop each, y = op(x). Maps.h lists them.

LK_INLINE V FN(sign)(V x) {
  V one = FN(with_sign_of)(FN(splat)(1), x);
  return FN(choose)((x == 0) | (x != x), x, one);
}
LK_INLINE V FN(clamp)(V x, V low, V high) {
  return FN(choose)(x < low, low, FN(choose)(x > high, high, x));
}
LK_INLINE V FN(leaky_relu)(V x, V slope) { return FN(choose)(x < 0, slope * x, x); }

/// The common exponents exactly as one multiplication, division or root rounds them.
LK_INLINE V FN(power_by)(V x, T exponent) {
  if (exponent == 2) return x * x;
  if (exponent == 1) return x;
  if (exponent == -1) return 1 / x;
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
