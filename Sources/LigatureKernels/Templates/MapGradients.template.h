// dx (+)= dy · op'(x), one loop each. The derivative is written in `x` or in the result `y`,
// whichever `lk_map_gradient_reads_input` says is given.

#define LK_DEFINE_GRADIENT(name, reads, value_name, expression)                              \
  static void FN(gradient_##name)(size_t n, const void *x_pointer, const void *y_pointer,    \
                                  const void *dy_pointer, void *dx_pointer, double p_value,  \
                                  double q_value, int accumulate) {                          \
    const T *source = reads##_pointer, *upstream = dy_pointer;                               \
    T *target = dx_pointer;                                                                  \
    const V p = FN(splat)((T)p_value), q = FN(splat)((T)q_value), zero = FN(splat)(0);       \
    (void)p, (void)q, (void)zero, (void)x_pointer, (void)y_pointer;                          \
    LK_EACH_VECTOR(n, {                                                                      \
      V value_name = FN(take)(source + i, left), dy = FN(take)(upstream + i, left);          \
      FN(put_or_add)(target + i, expression, left, accumulate);                              \
    });                                                                                      \
  }

/// For derivatives that do not depend on x, so that x need not be read.
#define LK_DEFINE_CONSTANT_GRADIENT(name, expression)                                        \
  static void FN(gradient_##name)(size_t n, const void *x_pointer, const void *y_pointer,    \
                                  const void *dy_pointer, void *dx_pointer, double p_value,  \
                                  double q_value, int accumulate) {                          \
    const T *upstream = dy_pointer;                                                          \
    T *target = dx_pointer;                                                                  \
    const V p = FN(splat)((T)p_value);                                                       \
    (void)p, (void)q_value, (void)x_pointer, (void)y_pointer;                                \
    LK_EACH_VECTOR(n, {                                                                      \
      V dy = FN(take)(upstream + i, left);                                                   \
      (void)dy;                                                                              \
      FN(put_or_add)(target + i, expression, left, accumulate);                              \
    });                                                                                      \
  }

// Derivatives in y of the activations that a product can fuse.
LK_INLINE V FN(through_relu)(V y, V dy) { return FN(choose)(y <= 0, FN(splat)(0), dy); }
LK_INLINE V FN(through_leaky_relu)(V y, V dy, V slope) {
  return FN(choose)(y <= 0, slope * dy, dy);
}
LK_INLINE V FN(through_tanh)(V y, V dy) { return dy * FN(fma)(-y, y, FN(splat)(1)); }
LK_INLINE V FN(through_sigmoid)(V y, V dy) { return dy * (y * (1 - y)); }

LK_DEFINE_CONSTANT_GRADIENT(negate, -dy)
LK_DEFINE_CONSTANT_GRADIENT(affine, p *dy)
LK_DEFINE_CONSTANT_GRADIENT(zero, FN(splat)(0))
LK_DEFINE_GRADIENT(abs, x, x, FN(choose)(x == 0, zero, FN(choose)(x < 0, -dy, dy)))
LK_DEFINE_GRADIENT(square, x, x, 2 * x * dy)
LK_DEFINE_GRADIENT(sqrt, y, y, dy / (y + y))
LK_DEFINE_GRADIENT(reciprocal, y, y, -dy * (y * y))
LK_DEFINE_GRADIENT(exp, y, y, dy *y)
LK_DEFINE_GRADIENT(expm1, y, y, dy *(y + 1))
LK_DEFINE_GRADIENT(log, x, x, dy / x)
LK_DEFINE_GRADIENT(log1p, x, x, dy / (1 + x))
LK_DEFINE_GRADIENT(sin, x, x, dy *FN(cos)(x))
LK_DEFINE_GRADIENT(cos, x, x, -dy * FN(sin)(x))
LK_DEFINE_GRADIENT(tanh, y, y, FN(through_tanh)(y, dy))
LK_DEFINE_GRADIENT(sigmoid, y, y, FN(through_sigmoid)(y, dy))
LK_DEFINE_GRADIENT(relu, y, y, FN(through_relu)(y, dy))
LK_DEFINE_GRADIENT(leaky_relu, y, y, FN(through_leaky_relu)(y, dy, p))
LK_DEFINE_GRADIENT(gelu, x, x, dy *FN(gelu_slope)(x))
LK_DEFINE_GRADIENT(softplus, x, x, dy *FN(sigmoid)(x))
LK_DEFINE_GRADIENT(clamp, x, x, FN(choose)((x < p) | (x > q), zero, dy))
// x to the power 0 is constant, also at 0, where the formula says 0 · ∞.
LK_DEFINE_GRADIENT(power, x, x, FN(choose)(p == 0, zero, dy *(p * FN(power_by)(x, (T)(p_value - 1)))))

#undef LK_DEFINE_GRADIENT
#undef LK_DEFINE_CONSTANT_GRADIENT
