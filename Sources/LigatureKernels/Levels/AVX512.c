// AVX-512: 32 registers of 64 bytes.

#if defined(__x86_64__)

#include "../Templates/Prelude.h"

#include <immintrin.h>

#define LK_LEVEL avx512
#define LK_VECTOR_BYTES 64
#define LK_MANY_REGISTERS 1
#define LK_FUSED 1
#define LK_MASKED 1

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,fma,avx2"))), apply_to = function)
#include "../Templates/Level.template.h"
#pragma clang attribute pop

#endif
