// Elementwise maps: one loop each, y = op(x).

LK_INLINE V FN(sign)(V x) {
  V one = FN(with_sign_of)(FN(splat)(1), x);
  return FN(choose)((x == 0) | (x != x), x, one);
}
LK_INLINE V FN(clamp)(V x, V low, V high) {
  return FN(choose)(x < low, low, FN(choose)(x > high, high, x));
}
LK_INLINE V FN(leaky_relu)(V x, V slope) { return FN(choose)(x < 0, slope * x, x); }

/// Functions that the C library computes, one lane after the other.
LK_INLINE V FN(sin)(V x) {
  for (int lane = 0; lane < LANES; ++lane) {
    x[lane] = (T)(LK_DOUBLE ? sin(x[lane]) : sinf((float)x[lane]));
  }
  return x;
}
LK_INLINE V FN(cos)(V x) {
  for (int lane = 0; lane < LANES; ++lane) {
    x[lane] = (T)(LK_DOUBLE ? cos(x[lane]) : cosf((float)x[lane]));
  }
  return x;
}
LK_INLINE V FN(power)(V x, V y) {
  for (int lane = 0; lane < LANES; ++lane) {
    x[lane] = (T)(LK_DOUBLE ? pow(x[lane], y[lane]) : powf((float)x[lane], (float)y[lane]));
  }
  return x;
}
/// The common exponents exactly as one multiplication, division or root rounds them.
LK_INLINE V FN(power_by)(V x, T exponent) {
  if (exponent == 2) return x * x;
  if (exponent == 1) return x;
  if (exponent == -1) return 1 / x;
  return FN(power)(x, FN(splat)(exponent));
}

#define LK_DEFINE_MAP(name, expression)                                                   \
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

LK_DEFINE_MAP(negate, -x)
LK_DEFINE_MAP(abs, FN(absolute)(x))
LK_DEFINE_MAP(sign, FN(sign)(x))
LK_DEFINE_MAP(square, x * x)
LK_DEFINE_MAP(sqrt, __builtin_elementwise_sqrt(x))
LK_DEFINE_MAP(reciprocal, 1 / x)
LK_DEFINE_MAP(exp, FN(exp)(x))
LK_DEFINE_MAP(expm1, FN(expm1)(x))
LK_DEFINE_MAP(log, FN(log)(x))
LK_DEFINE_MAP(log1p, FN(log1p)(x))
LK_DEFINE_MAP(sin, FN(sin)(x))
LK_DEFINE_MAP(cos, FN(cos)(x))
LK_DEFINE_MAP(tanh, FN(tanh)(x))
LK_DEFINE_MAP(sigmoid, FN(sigmoid)(x))
LK_DEFINE_MAP(relu, FN(positive_part)(x))
LK_DEFINE_MAP(leaky_relu, FN(leaky_relu)(x, p))
LK_DEFINE_MAP(gelu, FN(gelu)(x))
LK_DEFINE_MAP(softplus, FN(softplus)(x))
LK_DEFINE_MAP(clamp, FN(clamp)(x, p, q))
LK_DEFINE_MAP(power, FN(power_by)(x, (T)p_value))
LK_DEFINE_MAP(affine, FN(fma)(p, x, q))
LK_DEFINE_MAP(floor, __builtin_elementwise_floor(x))
LK_DEFINE_MAP(round, __builtin_elementwise_roundeven(x))

#undef LK_DEFINE_MAP
