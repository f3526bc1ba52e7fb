// What every processor of the architecture has: SSE2 on x86-64 (16 registers of 16 bytes, no fused
// multiply-add), NEON on arm64 (32 registers, fused).

#include "../Templates/Prelude.h"

#define LK_LEVEL baseline
#define LK_VECTOR_BYTES 16
#define LK_MASKED 0
#if defined(__aarch64__)
#define LK_MANY_REGISTERS 1
#define LK_FUSED 1
#else
#define LK_MANY_REGISTERS 0
#define LK_FUSED 0
#endif

#include "../Templates/Level.template.h"
