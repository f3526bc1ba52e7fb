// Which instruction set runs: the best the processor has, unless the environment or a caller says
// otherwise.

#include "Kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { LEVEL_COUNT = 3, UNDECIDED = -1 };

static const LKKernels *const tables[LEVEL_COUNT][2] = {
    [LK_LEVEL_BASELINE] = {&lk_kernels_baseline_f32, &lk_kernels_baseline_f64},
#if defined(__x86_64__)
    [LK_LEVEL_AVX2] = {&lk_kernels_avx2_f32, &lk_kernels_avx2_f64},
    [LK_LEVEL_AVX512] = {&lk_kernels_avx512_f32, &lk_kernels_avx512_f64},
#endif
};

static _Atomic int current = UNDECIDED;
static _Thread_local int current_here = UNDECIDED;

int lk_supports_level(LKLevel level) {
  switch (level) {
    case LK_LEVEL_BASELINE: return 1;
#if defined(__x86_64__)
    case LK_LEVEL_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case LK_LEVEL_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
             lk_supports_level(LK_LEVEL_AVX2);
#endif
    default: return 0;
  }
}

const char *lk_level_name(LKLevel level) {
  switch (level) {
    case LK_LEVEL_AVX2: return "avx2";
    case LK_LEVEL_AVX512: return "avx512";
    default:
#if defined(__aarch64__)
      return "neon";
#else
      return "baseline";
#endif
  }
}

static int first_level(void) {
  int best = LK_LEVEL_BASELINE;
  const char *wanted = getenv("LIGATURE_KERNELS");
  for (int level = 0; level < LEVEL_COUNT; ++level) {
    if (!lk_supports_level((LKLevel)level)) continue;
    best = level;
    if (wanted && strcmp(wanted, lk_level_name((LKLevel)level)) == 0) return level;
  }
  return wanted && strcmp(wanted, "baseline") == 0 ? LK_LEVEL_BASELINE : best;
}

LKLevel lk_level(void) {
  if (current_here != UNDECIDED) return (LKLevel)current_here;
  int level = atomic_load_explicit(&current, memory_order_relaxed);
  if (level == UNDECIDED) {
    // Threads that race here compute the same answer; a level chosen meanwhile must survive.
    int expected = UNDECIDED;
    atomic_compare_exchange_strong(&current, &expected, first_level());
    level = atomic_load_explicit(&current, memory_order_relaxed);
  }
  return (LKLevel)level;
}

int lk_use_level(LKLevel level) {
  if (!lk_supports_level(level)) return 0;
  atomic_store(&current, (int)level);
  return 1;
}

int lk_use_level_here(LKLevel level) {
  if (!lk_supports_level(level)) return 0;
  current_here = (int)level;
  return 1;
}

void lk_follow_level(void) { current_here = UNDECIDED; }

const LKKernels *lk_kernels(LKScalar type) { return tables[lk_level()][type]; }
