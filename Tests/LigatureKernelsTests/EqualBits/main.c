// Prints the number of each kernel at each level that this processor supports:
// "level scalar number name".

#include "include/EqualBits.h"

#include <inttypes.h>
#include <stdio.h>

int main(void) {
  for (int level = LK_LEVEL_BASELINE; level <= LK_LEVEL_AVX512; ++level) {
    if (!lk_use_level((LKLevel)level)) continue;
    for (int type = LK_F32; type <= LK_F64; ++type) {
      for (int kernel = 0; kernel < eb_count(); ++kernel) {
        const uint64_t hash = eb_hash(kernel, (LKScalar)type);
        if (!hash) continue;
        printf("%s %s %016" PRIx64 " %s\n", lk_level_name((LKLevel)level),
               type == LK_F32 ? "float32" : "float64", hash, eb_name(kernel));
      }
    }
  }
  return 0;
}
