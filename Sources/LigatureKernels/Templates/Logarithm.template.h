// log, log1p and softplus.
//
// x = 2^k (1 + f) with 1 + f in [√½, √2); log(1 + f) by a polynomial in f (float32) or in
// f / (2 + f) (float64, where it is half as long). Errors measured as in Exponential.template.h:
//
//              float32   float64
//   log          0.81      0.79
//   log1p        0.83      0.80
//   softplus     1.6       1.6

#if LK_DOUBLE
#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define SMALLEST_NORMAL 0x1p-1022
#define SQRT_HALF_BITS 0x3fe6a09e667f3bcdul
#define ONE_BITS 0x3ff0000000000000ul
#else
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#define SMALLEST_NORMAL 0x1p-126f
#define SQRT_HALF_BITS 0x3f3504f3u
#define ONE_BITS 0x3f800000u
#endif

/// log(x) + correction for positive normal x; k0 is added to the exponent of x.
LK_INLINE V FN(log_positive)(V x, V k0, V correction) {
  const UV one = (UV)((UT)ONE_BITS), root = (UV)((UT)SQRT_HALF_BITS);
  UV shifted = (UV)x + (one - root);
  UV biased = shifted >> MANTISSA_BITS;
  // An integer in the low bits of 1.5·2^(mantissa bits) becomes a number by one subtraction.
  const V magic = FN(splat)(ROUNDING_MAGIC);
  V k = (V)(biased + (UV)magic) - (magic + EXPONENT_BIAS) + k0;
  const UV mantissa = (UV)(((UT)1 << MANTISSA_BITS) - 1);
  V f = (V)((shifted & mantissa) + root) - 1;
  V half_square = f * f * FN(splat)((T)0.5);
  V low = FN(fma)(k, FN(splat)(LN2_LOW), correction);
#if LK_DOUBLE
  V s = f / (f + 2);
  V z = s * s;
  V series = z * LK_POLYNOMIAL(z, lk_log_f64);
  V rest = FN(fma)(s, half_square + series, low);
#else
  V rest = FN(fma)(f * (f * f), LK_POLYNOMIAL(f, lk_log_f32), low);
#endif
  return FN(fma)(k, FN(splat)(LN2_HIGH), f - (half_square - rest));
}

LK_INLINE V FN(log)(V x) {
  // Numbers too small for the normal exponents are scaled first.
  IV tiny = x < FN(splat)(SMALLEST_NORMAL);
  V scaled = FN(choose)(tiny, x * FN(splat)((T)((UT)1 << (MANTISSA_BITS + 1))), x);
  V k0 = FN(choose)(tiny, FN(splat)(-(T)(MANTISSA_BITS + 1)), FN(splat)(0));
  V result = FN(log_positive)(scaled, k0, FN(splat)(0));
  const V infinity = FN(splat)((T)INFINITY);
  result = FN(choose)(x == 0, -infinity, result);
  result = FN(choose)(x < 0, FN(splat)((T)NAN), result);
  return FN(choose)((x == infinity) | (x != x), x, result);
}

/// log of the rounded 1 + x, plus what the rounding lost. For x > -1 and finite.
LK_INLINE V FN(log1p_inside)(V x) {
  V u = 1 + x;
  // Where x is the larger one, its digits are what the sum keeps.
  V lost = FN(choose)(x > 1, 1 - (u - x), x - (u - 1));
  return FN(log_positive)(u, FN(splat)(0), lost / u);
}

LK_INLINE V FN(log1p)(V x) {
  const V infinity = FN(splat)((T)INFINITY);
  V result = FN(log1p_inside)(x);
  result = FN(choose)(x == -1, -infinity, result);
  result = FN(choose)(x < -1, FN(splat)((T)NAN), result);
  return FN(choose)((x == infinity) | (x == 0) | (x != x), x, result);
}

/// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)).
LK_INLINE V FN(softplus)(V x) {
  return FN(positive_part)(x) + FN(log1p_inside)(FN(exp)(-FN(absolute)(x)));
}

#undef LN2_HIGH
#undef LN2_LOW
#undef SMALLEST_NORMAL
#undef SQRT_HALF_BITS
#undef ONE_BITS
