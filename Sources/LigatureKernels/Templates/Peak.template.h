// The rate that the multiply-add units reach when nothing else is in the way.

static double FN(peak_loop)(size_t iterations) {
  // More sums than two units times their latency, few enough for 16 registers.
  enum { SUMS = 12 };
  V sum[SUMS];
  // Volatile, so that nothing about the values is known; they converge instead of overflowing.
  volatile T seed = (T)0.5;
  const V factor = FN(splat)(seed), summand = FN(splat)(seed);
#pragma clang loop unroll(full)
  for (int i = 0; i < SUMS; ++i) sum[i] = FN(splat)(seed + (T)i);
  for (size_t iteration = 0; iteration < iterations; ++iteration) {
#pragma clang loop unroll(full)
    for (int i = 0; i < SUMS; ++i) sum[i] = FN(fma)(sum[i], factor, summand);
  }
  V total = sum[0];
  for (int i = 1; i < SUMS; ++i) total += sum[i];
  volatile T sink = total[0];
  (void)sink;
  return (double)iterations * SUMS * LANES * 2;
}
