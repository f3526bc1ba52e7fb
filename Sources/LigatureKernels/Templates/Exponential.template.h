// exp, expm1, tanh and the logistic function.
//
// x = n ln 2 + r with |r| <= ln(2)/2, exp(r) by a polynomial, 2^n by building its bits. The largest
// errors in ulp where the true value is normal, measured on every level over 1.5·10^8 arguments
// spread over all of float32 and 3·10^6 random ones of float64:
//
//              float32   float64
//   exp          0.86      0.84
//   expm1        1.5       1.6
//   tanh         1.3       1.3
//   sigmoid      2.5       2.3
//   cell_tanh    3.3       3.1
//   cell_sigmoid 3.2       2.3       (5.3 in float32 where it is below 1e-9)
//
// Those of cells do with fewer instructions, which is most of what a cell costs beside its product.

#if LK_DOUBLE
#define EXP_LOWEST -746.0
#define EXP_HIGHEST 710.0
#define EXPM1_LOWEST -40.0
#define SIGMOID_LOWEST -708.0
#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define ROUNDING_MAGIC 0x1.8p52
#define EXP_POLYNOMIAL lk_exp_f64
#define CELL_EXP_POLYNOMIAL lk_exp_f64
#define TANH_POLYNOMIAL lk_tanh_f64
#else
#define EXP_LOWEST -104.0f
#define EXP_HIGHEST 89.0f
#define EXPM1_LOWEST -20.0f
#define SIGMOID_LOWEST -87.0f
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#define ROUNDING_MAGIC 0x1.8p23f
#define EXP_POLYNOMIAL lk_exp_f32
#define CELL_EXP_POLYNOMIAL lk_cell_exp_f32
#define TANH_POLYNOMIAL lk_tanh_f32
#endif

/// The polynomial with these coefficients, lowest power first, by Horner's rule.
LK_INLINE V FN(polynomial)(V x, const T *coefficients, int count) {
  V sum = FN(splat)(coefficients[count - 1]);
#pragma clang loop unroll(full)
  for (int i = count - 2; i >= 0; --i) sum = FN(fma)(sum, x, FN(splat)(coefficients[i]));
  return sum;
}
#define LK_POLYNOMIAL(x, c) FN(polynomial)(x, c, (int)(sizeof(c) / sizeof(c[0])))

/// 2^n for n within the exponents of normal numbers.
LK_INLINE V FN(power_of_two)(IV n) { return (V)((UV)(n + EXPONENT_BIAS) << MANTISSA_BITS); }

/// x = n ln 2 + high - low, n being the nearest integer. Adding a number whose unit in the last
/// place is 1 rounds to an integer and leaves it in the low bits, also for NaN without a trap.
LK_INLINE IV FN(reduce_by_ln2)(V x, V *high, V *low) {
  const V magic = FN(splat)(ROUNDING_MAGIC);
  V shifted = FN(fma)(x, FN(splat)((T)0x1.71547652b82fep0), magic);
  V n = shifted - magic;
  *high = FN(fma)(n, FN(splat)(-LN2_HIGH), x);
  *low = n * FN(splat)(LN2_LOW);
  return (IV)((UV)shifted - (UV)magic);
}

/// exp(x + extra), `extra` being far smaller than x.
LK_INLINE V FN(exp_sum)(V x, V extra) {
  x = FN(choose)(x < FN(splat)(EXP_LOWEST), FN(splat)(EXP_LOWEST), x);
  x = FN(choose)(x > FN(splat)(EXP_HIGHEST), FN(splat)(EXP_HIGHEST), x);
  V high, low;
  IV n = FN(reduce_by_ln2)(x, &high, &low);
  low -= extra;
  V r = high - low;
  V tail = FN(fma)(r * r, LK_POLYNOMIAL(r, EXP_POLYNOMIAL), (high - r) - low);
  V result = 1 + (r + tail);
  // In two steps, since 2^n itself may be out of range at both ends.
  IV half = n >> 1;
  return result * FN(power_of_two)(half) * FN(power_of_two)(n - half);
}
LK_INLINE V FN(exp)(V x) { return FN(exp_sum)(x, FN(splat)(0)); }

LK_INLINE V FN(expm1)(V x) {
  V argument = x;
  x = FN(choose)(x < FN(splat)(EXPM1_LOWEST), FN(splat)(EXPM1_LOWEST), x);
  x = FN(choose)(x > FN(splat)(EXP_HIGHEST), FN(splat)(EXP_HIGHEST), x);
  V high, low;
  IV n = FN(reduce_by_ln2)(x, &high, &low);
  V r = high - low;
  V q = r + FN(fma)(r * r, LK_POLYNOMIAL(r, EXP_POLYNOMIAL), (high - r) - low);
  // Half of 2^n (q + 1) - 1, because 2^n may overflow where the result does not.
  V scale = FN(power_of_two)(n - 1);
  V result = 2 * FN(fma)(scale, q, scale - FN(splat)((T)0.5));
  result = FN(choose)(n == 0, q, result);
  return FN(choose)(argument == 0, argument, result);
}

/// 1 - 2 / (exp(2|x|) + 1), except near 0, where that cancels.
LK_INLINE V FN(tanh)(V x) {
  V magnitude = FN(absolute)(x);
  V square = x * x;
  V near = FN(fma)(x * square, LK_POLYNOMIAL(square, TANH_POLYNOMIAL), x);
  // Beyond 20 the result is 1 to the last bit.
  V limited = FN(choose)(magnitude > 20, FN(splat)(20), magnitude);
  V far = 1 - 2 / (FN(exp)(2 * limited) + 1);
  return FN(with_sign_of)(FN(choose)(magnitude < FN(splat)((T)0.625), near, far), x);
}

/// factor·x = n ln 2 + factor·r for a factor of -1 or 2 and an x whose 2^n is a normal number: r, and
/// 2^n. The factor goes into constants, so that nothing is negated or doubled.
LK_INLINE V FN(cell_reduce)(V x, T factor, V *scale) {
  // Its low bits are the exponent's field of 1; what is above them leaves at the top.
  const V magic = FN(splat)(ROUNDING_MAGIC + EXPONENT_BIAS);
  V shifted = FN(fma)(x, FN(splat)(factor * (T)0x1.71547652b82fep0), magic);
  V n = shifted - magic;
  *scale = (V)((UV)shifted << MANTISSA_BITS);
#if LK_FUSED && !LK_DOUBLE
  // One constant will do where n ln 2 is not rounded: ln 2 lies within 2^-28 of a float32.
  return FN(fma)(n, FN(splat)(-0x1.62e43p-1f / factor), x);
#else
  x = FN(fma)(n, FN(splat)(-LN2_HIGH / factor), x);
  return FN(fma)(n, FN(splat)(-LN2_LOW / factor), x);
#endif
}

/// (exp(factor·r) - 1) / r.
LK_INLINE V FN(cell_slope)(V r, T factor) {
  const int count = (int)(sizeof(CELL_EXP_POLYNOMIAL) / sizeof(T));
  T scales[sizeof(CELL_EXP_POLYNOMIAL) / sizeof(T)];
  scales[0] = factor * factor;
#pragma clang loop unroll(full)
  for (int i = 1; i < count; ++i) scales[i] = scales[i - 1] * factor;
  V sum = FN(splat)(CELL_EXP_POLYNOMIAL[count - 1] * scales[count - 1]);
#pragma clang loop unroll(full)
  for (int i = count - 2; i >= 0; --i) {
    sum = FN(fma)(sum, r, FN(splat)(CELL_EXP_POLYNOMIAL[i] * scales[i]));
  }
  return FN(fma)(sum, r, FN(splat)(factor));
}

LK_INLINE V FN(within)(V x, T limit) {
  x = FN(choose)(x < FN(splat)(-limit), FN(splat)(-limit), x);
  return FN(choose)(x > FN(splat)(limit), FN(splat)(limit), x);
}

/// tanh in two thirds of the instructions, for recurrent cells, which spend much of their time in it.
/// With e = exp(2x) - 1 it is e / (e + 2), as accurate near 0 as e. Beyond 20 it is ±1 to the last bit.
LK_INLINE V FN(cell_tanh)(V x) {
  V scale, r = FN(cell_reduce)(FN(within)(x, 20), 2, &scale);
  V e = FN(fma)(scale, r * FN(cell_slope)(r, 2), scale - 1);
  return e / (e + 2);
}

/// The logistic function, likewise; beyond the limits it stays what it is there, 1.6e-38 and 1.
LK_INLINE V FN(cell_sigmoid)(V x) {
  V scale, r = FN(cell_reduce)(FN(within)(x, -SIGMOID_LOWEST), -1, &scale);
  V power = FN(fma)(FN(cell_slope)(r, -1), r, FN(splat)(1));
  return 1 / FN(fma)(scale, power, FN(splat)(1));
}

/// 1 / (1 + exp(-x)). Where exp(-x) overflows, the result is 0 as it should be.
LK_INLINE V FN(sigmoid)(V x) {
  V t = -x;
  t = FN(choose)(t < FN(splat)(SIGMOID_LOWEST), FN(splat)(SIGMOID_LOWEST), t);
  t = FN(choose)(t > FN(splat)(EXP_HIGHEST), FN(splat)(EXP_HIGHEST), t);
  V high, low;
  IV n = FN(reduce_by_ln2)(t, &high, &low);
  V r = high - low;
  V q = r + FN(fma)(r * r, LK_POLYNOMIAL(r, EXP_POLYNOMIAL), (high - r) - low);
  V scale = FN(power_of_two)(n);
  return 1 / FN(fma)(scale, 1 + q, FN(splat)(1));
}

#undef EXP_LOWEST
#undef EXP_HIGHEST
#undef EXPM1_LOWEST
#undef SIGMOID_LOWEST
#undef LN2_HIGH
#undef LN2_LOW
#undef EXP_POLYNOMIAL
#undef CELL_EXP_POLYNOMIAL
#undef TANH_POLYNOMIAL
