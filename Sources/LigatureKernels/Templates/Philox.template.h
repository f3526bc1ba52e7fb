// Philox4x32-10 (Salmon, Moraes, Dror and Shaw: "Parallel random numbers: as easy as 1, 2, 3",
// 2011), one block in each lane.

#define PHILOX_BLOCKS (LK_VECTOR_BYTES / 4)

typedef uint32_t philox_words __attribute__((ext_vector_type(PHILOX_BLOCKS)));
typedef uint64_t philox_products __attribute__((ext_vector_type(PHILOX_BLOCKS)));

/// Blocks index, index + 1, ... of a stream: 4 · PHILOX_BLOCKS words in order.
static void philox_blocks(uint64_t key, uint64_t stream, uint64_t index, uint32_t *out) {
  philox_products counter;
  for (int lane = 0; lane < PHILOX_BLOCKS; ++lane) counter[lane] = index + (uint64_t)lane;
  philox_words c0 = __builtin_convertvector(counter & 0xffffffffu, philox_words);
  philox_words c1 = __builtin_convertvector(counter >> 32, philox_words);
  philox_words c2 = (philox_words)(uint32_t)stream, c3 = (philox_words)(uint32_t)(stream >> 32);
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; ++round) {
    philox_products first = __builtin_convertvector(c0, philox_products) * 0xD2511F53u;
    philox_products second = __builtin_convertvector(c2, philox_products) * 0xCD9E8D57u;
    c0 = __builtin_convertvector(second >> 32, philox_words) ^ c1 ^ k0;
    c2 = __builtin_convertvector(first >> 32, philox_words) ^ c3 ^ k1;
    c1 = __builtin_convertvector(second & 0xffffffffu, philox_words);
    c3 = __builtin_convertvector(first & 0xffffffffu, philox_words);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (int lane = 0; lane < PHILOX_BLOCKS; ++lane) {
    out[4 * lane] = c0[lane];
    out[4 * lane + 1] = c1[lane];
    out[4 * lane + 2] = c2[lane];
    out[4 * lane + 3] = c3[lane];
  }
}

static void philox_one(uint64_t key, uint64_t stream, uint64_t index, uint32_t out[4]) {
  uint32_t words[4 * PHILOX_BLOCKS];
  philox_blocks(key, stream, index, words);
  memcpy(out, words, 4 * sizeof(uint32_t));
}
