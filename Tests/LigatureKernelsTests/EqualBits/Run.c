#include "Run.h"

#include <stdlib.h>
#include <string.h>

#pragma clang fp contract(off)

const size_t eb_sizes[] = {0,  1,  2,  3,  7,  8,   15,  16,   17,   31,
                           33, 63, 64, 65, 100, 127, 1000, 1023, 1025, 4099};
const int eb_size_count = sizeof(eb_sizes) / sizeof(eb_sizes[0]);

typedef struct EBBlock {
  struct EBBlock *former;
  _Alignas(64) unsigned char bytes[];
} EBBlock;

void *eb_bytes(EBRun *run, size_t n) {
  EBBlock *block = aligned_alloc(64, (sizeof(EBBlock) + n + 127) / 64 * 64);
  if (!block) abort();
  block->former = run->blocks;
  run->blocks = block;
  memset(block->bytes, 0, n);
  return block->bytes;
}

void eb_release(EBRun *run) {
  while (run->blocks) {
    EBBlock *block = run->blocks;
    run->blocks = block->former;
    free(block);
  }
}

/// Steele, Lea and Flood's SplitMix (2014).
uint64_t eb_next(EBRun *run) {
  uint64_t z = run->numbers += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static size_t size_of(LKScalar type) {
  return type == LK_U8 ? 1 : type == LK_F64 || type == LK_I64 ? 8 : 4;
}

static double uniform(EBRun *run, double low, double high) {
  const double unit = (double)(eb_next(run) >> 11) * 0x1p-53;
  const double width = (high - low) * unit;
  return low + width;
}

static void put(LKScalar type, void *scalars, size_t i, double value) {
  if (type == LK_F32) ((float *)scalars)[i] = (float)value;
  else ((double *)scalars)[i] = value;
}

void *eb_uniform(EBRun *run, size_t n, double low, double high) {
  void *scalars = eb_bytes(run, n * size_of(run->type));
  for (size_t i = 0; i < n; ++i) put(run->type, scalars, i, uniform(run, low, high));
  return scalars;
}

void *eb_any(EBRun *run, size_t n) {
  void *scalars = eb_bytes(run, n * size_of(run->type));
  for (size_t i = 0; i < n; ++i) {
    const uint64_t kind = eb_next(run) % 8, bits = eb_next(run);
    if (kind < 4) put(run->type, scalars, i, uniform(run, -6, 6));
    else if (kind == 4) put(run->type, scalars, i, uniform(run, -100, 100));
    else if (kind == 5) put(run->type, scalars, i, bits & 8 ? -(double)(bits % 3) : bits % 3);
    else memcpy((char *)scalars + i * size_of(run->type), &bits, size_of(run->type));
  }
  return scalars;
}

void *eb_room(EBRun *run, size_t n) {
  void *scalars = eb_bytes(run, n * size_of(run->type));
  for (size_t i = 0; i < n; ++i) put(run->type, scalars, i, 0.5);
  return scalars;
}

static void record(EBRun *run, uint64_t bits) {
  run->hash = (run->hash ^ bits) * 0x9e3779b97f4a7c15u;
  run->hash ^= run->hash >> 29;
}

void eb_record_bytes(EBRun *run, size_t n, const void *bytes) {
  for (size_t i = 0; i < n; ++i) record(run, ((const unsigned char *)bytes)[i]);
}

void eb_record_as(EBRun *run, LKScalar type, size_t n, const void *scalars) {
  for (size_t i = 0; i < n; ++i) {
    uint64_t bits = 0;
    memcpy(&bits, (const char *)scalars + i * size_of(type), size_of(type));
    if (type == LK_F32 && (bits & 0x7fffffffu) > 0x7f800000u) bits = 0x7fc00000u;
    if (type == LK_F64 && (bits & ~(1ull << 63)) > 0x7ff0000000000000u) {
      bits = 0x7ff8000000000000u;
    }
    record(run, bits);
  }
}

void eb_record(EBRun *run, size_t n, const void *scalars) {
  eb_record_as(run, run->type, n, scalars);
}
