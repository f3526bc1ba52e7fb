// x to the power y, as exp(y log x). y magnifies errors of the logarithm and its product, so they have
// twice the precision of the result. Special values are those of the C library. Errors measured as in
// Exponential.template.h: 0.51 ulp for float32, which is computed in double, and 1.3 for float64.

#if LK_DOUBLE

/// log(x) = high + low for positive finite x. With s = (m - 1) / (m + 1) for x = 2^k m it is
/// k ln 2 + 2 s + 2/3 s³ + s⁵ (2/5 + ...).
LK_INLINE V FN(log_in_two)(V x, V *low) {
  const UV one = (UV)((UT)0x3ff0000000000000), root = (UV)((UT)0x3fe6a09e667f3bcd);
  const V magic = FN(splat)(ROUNDING_MAGIC);
  IV tiny = x < FN(splat)(0x1p-1022);
  x = FN(choose)(tiny, x * FN(splat)(0x1p54), x);
  UV shifted = (UV)x + (one - root);
  V k = (V)((shifted >> MANTISSA_BITS) + (UV)magic) - (magic + EXPONENT_BIAS);
  k = FN(choose)(tiny, k - 54, k);
  const UV mantissa = (UV)(((UT)1 << MANTISSA_BITS) - 1);
  V m = (V)((shifted & mantissa) + root), f = m - 1;

  V divisor = 1 + m, divisor_low = m - (divisor - 1);
  V s = f / divisor, product = s * divisor;
  V s_low = ((f - product) - FN(fma)(s, divisor_low, FN(product_error)(s, divisor, product))) /
            divisor;
  V z = s * s, z_low = FN(fma)(2 * s, s_low, FN(product_error)(s, s, z));
  V cube = z * s;
  V cube_low = FN(product_error)(z, s, cube) + FN(fma)(z_low, s, z * s_low);
  const V third = FN(splat)(0x1.5555555555555p-1), third_low = FN(splat)(0x1.5555555555555p-55);
  V term = cube * third;
  V term_low = FN(product_error)(cube, third, term) + FN(fma)(cube_low, third, cube * third_low);
  V rest = cube * z * LK_POLYNOMIAL(z, lk_power_log_f64);

  V whole = k * FN(splat)(0x1.62e42fee00000p-1), error;
  V sum = FN(difference)(whole, -2 * s, &error);
  V total = sum + term;
  V left = error + (term - (total - sum)) +
           (term_low + (rest + FN(fma)(k, FN(splat)(0x1.a39ef35793c76p-33), 2 * s_low)));
  V high = total + left;
  *low = left - (high - total);
  return high;
}

/// |x| to the power y.
LK_INLINE V FN(power_of_size)(V size, V y) {
  const V infinity = FN(splat)((T)INFINITY);
  V low, high = FN(log_in_two)(size, &low);
  IV ends = (size == 0) | (size == infinity);
  high = FN(choose)(ends, FN(choose)(size == 0, -infinity, infinity), high);
  low = FN(choose)(ends, FN(splat)(0), low);
  // Beyond 2^100 no logarithm but 0 is too small for the power to overflow or vanish.
  V bounded = FN(within)(y, 0x1p100);
  V exponent = bounded * high;
  V exponent_low = FN(fma)(bounded, low, FN(product_error)(bounded, high, exponent));
  // Where it overflows or nearly so, it has no sense and makes no difference.
  exponent_low = FN(choose)(FN(absolute)(exponent) < 1000, exponent_low, FN(splat)(0));
  return FN(exp_sum)(exponent, exponent_low);
}

#else

LK_INLINE half_vector_f32 FN(half_power_of_size)(half_vector_f32 size, half_vector_f32 y) {
  vector_f64 logarithm = log_f64(__builtin_convertvector(size, vector_f64));
  return __builtin_convertvector(exp_f64(__builtin_convertvector(y, vector_f64) * logarithm),
                                 half_vector_f32);
}
LK_INLINE V FN(power_of_size)(V size, V y) {
  V power;
  power.lo = FN(half_power_of_size)(size.lo, y.lo);
  power.hi = FN(half_power_of_size)(size.hi, y.hi);
  return power;
}

#endif

LK_INLINE V FN(power)(V x, V y) {
  const V infinity = FN(splat)((T)INFINITY), size = FN(absolute)(x);
  V value = FN(power_of_size)(size, y);

  V half = y * FN(splat)((T)0.5);
  IV is_whole = __builtin_elementwise_floor(y) == y;
  IV is_odd = is_whole & (__builtin_elementwise_floor(half) != half);
  value = FN(choose)(((IV)x < 0) & is_odd, -value, value);
  value = FN(choose)((x < 0) & ~is_whole & (x > -infinity), FN(splat)((T)NAN), value);
  value = FN(choose)((x != x) | (y != y), x + y, value);
  IV is_one = (x == 1) | (y == 0) | ((size == 1) & (FN(absolute)(y) == infinity));
  return FN(choose)(is_one, FN(splat)(1), value);
}
