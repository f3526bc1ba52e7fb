// sinh and cosh, and the inverses of the hyperbolic functions. Errors measured as in
// Exponential.template.h:
//
//                float32   float64
//   sinh           0.51      2.1
//   cosh           0.51      2.1
//   asinh          0.51      1.7
//   acosh          0.51      2.5
//   atanh          0.51      2.0
//
// float32 is computed in double.

#if LK_DOUBLE

/// exp(t) / 2, which may be finite where exp(t) is not: e/2 times exp(t - 1).
LK_INLINE V FN(half_exp)(V t) { return FN(exp)(t - 1) * FN(splat)(0x1.5bf0a8b145769p+0); }

LK_INLINE V FN(sinh)(V x) {
  const V t = FN(absolute)(x), e = FN(expm1)(t);
  const V near = FN(splat)((T)0.5) * (e + e / (e + 1));
  // From here on exp(-t) is nothing beside exp(t).
  return FN(with_sign_of)(FN(choose)(t > 22, FN(half_exp)(t), near), x);
}
LK_INLINE V FN(cosh)(V x) {
  const V t = FN(absolute)(x), e = FN(exp)(t);
  return FN(choose)(t > 22, FN(half_exp)(t), FN(splat)((T)0.5) * (e + 1 / e));
}

/// Where squares may overflow, and 1 is nothing beside them: log(2 t).
LK_INLINE V FN(log_of_twice)(V t) { return FN(log)(t) + FN(splat)(0x1.62e42fefa39efp-1); }
#define HUGE_ARGUMENT 0x1p28

/// log(t + sqrt(t² + 1)), with 1 taken out so that it is accurate near 0.
LK_INLINE V FN(asinh)(V x) {
  const V t = FN(absolute)(x), square = t * t;
  const V near = FN(log1p)(t + square / (1 + __builtin_elementwise_sqrt(1 + square)));
  return FN(with_sign_of)(
      FN(choose)(t > FN(splat)(HUGE_ARGUMENT), FN(log_of_twice)(t), near), x);
}
/// log(x + sqrt(x² - 1)), likewise.
LK_INLINE V FN(acosh)(V x) {
  const V above = x - 1;
  const V near = FN(log1p)(above + __builtin_elementwise_sqrt(above * (x + 1)));
  const V value = FN(choose)(x > FN(splat)(HUGE_ARGUMENT), FN(log_of_twice)(x), near);
  return FN(choose)(x < 1, FN(splat)((T)NAN), value);
}
LK_INLINE V FN(atanh)(V x) {
  const V t = FN(absolute)(x);
  return FN(with_sign_of)(FN(splat)((T)0.5) * FN(log1p)(2 * t / (1 - t)), x);
}

#undef HUGE_ARGUMENT

#else

LK_WIDENED(sinh)
LK_WIDENED(cosh)
LK_WIDENED(asinh)
LK_WIDENED(acosh)
LK_WIDENED(atanh)

#endif
