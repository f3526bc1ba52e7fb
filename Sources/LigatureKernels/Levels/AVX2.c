// AVX2 and FMA: 16 registers of 32 bytes.

#if defined(__x86_64__)

#include "../Templates/Prelude.h"

#define LK_LEVEL avx2
#define LK_VECTOR_BYTES 32
#define LK_MANY_REGISTERS 0
#define LK_FUSED 1
#define LK_MASKED 0

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../Templates/Level.template.h"
#pragma clang attribute pop

#endif
