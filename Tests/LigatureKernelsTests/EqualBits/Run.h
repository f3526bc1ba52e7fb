// One kernel's run over its table: numbers that go in, and what has come out so far.

#ifndef EQUAL_BITS_RUN_H
#define EQUAL_BITS_RUN_H

#include "include/EqualBits.h"

typedef struct EBRun {
  LKScalar type;
  uint64_t numbers;  // state of the generator
  uint64_t hash;
  struct EBBlock *blocks;
} EBRun;

/// Sizes around the widths of all vectors, whole and ragged, and of the blocks of sums.
extern const size_t eb_sizes[];
extern const int eb_size_count;
#define EB_EACH_SIZE(n, ...)                                        \
  for (int size_index = 0; size_index < eb_size_count; ++size_index) { \
    const size_t n = eb_sizes[size_index];                          \
    __VA_ARGS__                                                     \
    eb_release(run);                                                \
  }

uint64_t eb_next(EBRun *run);
/// n scalars, uniform in [low, high).
void *eb_uniform(EBRun *run, size_t n, double low, double high);
/// n scalars: most near 0, some of few values with either zero, others of any bits: huge, tiny,
/// infinite, NaN.
void *eb_any(EBRun *run, size_t n);
/// n scalars of 0.5, to be written.
void *eb_room(EBRun *run, size_t n);
/// Memory of some bytes.
void *eb_bytes(EBRun *run, size_t n);
/// Frees everything that the functions above gave.
void eb_release(EBRun *run);

void eb_record(EBRun *run, size_t n, const void *scalars);
void eb_record_as(EBRun *run, LKScalar type, size_t n, const void *scalars);
void eb_record_bytes(EBRun *run, size_t n, const void *bytes);

#endif
