// erf(x) = 2 Φ(√2 x) - 1: near 0 by the series of Gaussian.template.h, beyond by its tail, which is then
// less than half of the result. Errors measured as in Exponential.template.h: 0.51 ulp for float32,
// which is computed in double, and 3.2 for float64.

#if LK_DOUBLE

LK_INLINE V FN(erf)(V x) {
  // At 6 it is 1 to the last bit.
  V t = FN(absolute)(x);
  t = FN(choose)(t > 6, FN(splat)(6), t);
  V square = t * t;

  // (Φ(√2 t) - 1/2) / (√2 t) in t²: powers of 2 go into the coefficients.
  const int count = (int)(sizeof(lk_center_f64) / sizeof(T));
  T coefficients[sizeof(lk_center_f64) / sizeof(T)];
  T power = 1;
#pragma clang loop unroll(full)
  for (int i = 0; i < count; ++i, power *= 2) coefficients[i] = lk_center_f64[i] * power;
  V near = t * (FN(polynomial)(square, coefficients, count) * FN(splat)(0x1.6a09e667f3bcdp+1));

  V bell = FN(exp_sum)(-square, -FN(product_error)(t, t, square));
  V far = 1 - FN(tail)(FN(splat)(2), t * FN(splat)(0x1.6a09e667f3bcdp+0), bell);
  return FN(with_sign_of)(FN(choose)(t < FN(splat)((T)0.53), near, far), x);
}

#else

LK_WIDENED(erf)

#endif
