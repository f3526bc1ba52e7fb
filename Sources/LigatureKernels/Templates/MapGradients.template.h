// dx (+)= dy · op'(x), one loop each. The derivative is written in `x` or in the result `y`,
// whichever `lk_map_gradient_reads_input` says is given. Maps.h lists them.

// Derivatives in y of the activations that a product can fuse.
LK_INLINE V FN(through_relu)(V y, V dy) { return FN(choose)(y <= 0, FN(splat)(0), dy); }
LK_INLINE V FN(through_leaky_relu)(V y, V dy, V slope) {
  return FN(choose)(y <= 0, slope * dy, dy);
}
LK_INLINE V FN(tanh_slope)(V y) { return FN(fma)(-y, y, FN(splat)(1)); }
LK_INLINE V FN(through_tanh)(V y, V dy) { return dy * FN(tanh_slope)(y); }
LK_INLINE V FN(through_sigmoid)(V y, V dy) { return dy * (y * (1 - y)); }

/// x to the power 0 is constant, also at 0, where the formula says 0 · ∞.
LK_INLINE V FN(through_power)(V x, V dy, V p, double exponent) {
  return FN(choose)(p == 0, FN(splat)(0), dy * (p * FN(power_by)(x, (T)(exponent - 1))));
}

// What a derivative does not depend on need not be there to be read.
#define LK_TAKE_x const V x = FN(take)((const T *)x_pointer + i, left);
#define LK_TAKE_y const V y = FN(take)((const T *)y_pointer + i, left);
#define LK_TAKE_neither

#define LK_MAP(KIND, name, value, reads, expression)                                         \
  static void FN(gradient_##name)(size_t n, const void *x_pointer, const void *y_pointer,    \
                                  const void *dy_pointer, void *dx_pointer, double p_value,  \
                                  double q_value, int accumulate) {                          \
    const T *upstream = dy_pointer;                                                          \
    T *target = dx_pointer;                                                                  \
    const V p = FN(splat)((T)p_value), q = FN(splat)((T)q_value), zero = FN(splat)(0);       \
    (void)p, (void)q, (void)zero, (void)x_pointer, (void)y_pointer;                          \
    LK_EACH_VECTOR(n, {                                                                      \
      const V dy = FN(take)(upstream + i, left);                                             \
      (void)dy;                                                                              \
      LK_TAKE_##reads                                                                        \
      FN(put_or_add)(target + i, expression, left, accumulate);                              \
    });                                                                                      \
  }
#include "../Maps.h"

#undef LK_TAKE_x
#undef LK_TAKE_y
#undef LK_TAKE_neither
