// Elementwise functions of operands that are stretched to one shape or lie anyhow in memory. Axes are
// merged where every operand allows it. Long runs are worked on where they lie; of short ones a piece
// is first laid out in a buffer that stays in the innermost cache, once for all where it repeats.

#include "Kernels.h"

#include <string.h>

enum {
  OPERANDS = 3,
  PIECE = 1024,    // elements of a piece where runs are short
  LONG_RUN = 128,  // elements from which a run is its own piece
  SLACK = 16,      // elements that a short run may be written too far
};

void lk_broadcast_begin(LKBroadcast *b, int rank, const size_t *shape) {
  b->rank = rank;
  b->operands = 0;
  memcpy(b->shape, shape, (size_t)rank * sizeof *shape);
}

void lk_broadcast_add(LKBroadcast *b, int rank, const size_t *shape, const ptrdiff_t *strides,
                      const void *data) {
  ptrdiff_t *own = b->strides[b->operands];
  const int missing = b->rank - rank;
  for (int axis = 0; axis < b->rank; ++axis) {
    const int there = axis - missing;
    own[axis] = there < 0 || (shape[there] == 1 && b->shape[axis] != 1) ? 0 : strides[there];
  }
  b->data[b->operands++] = data;
}

void lk_broadcast_merge(LKBroadcast *b) {
  int count = 0;
  for (int axis = 0; axis < b->rank; ++axis) {
    const size_t size = b->shape[axis];
    if (size == 1) continue;
    int fits = count > 0;
    for (int o = 0; o < b->operands && fits; ++o) {
      fits = b->strides[o][count - 1] == b->strides[o][axis] * (ptrdiff_t)size;
    }
    if (!fits) b->shape[count++] = 1;
    b->shape[count - 1] *= size;
    for (int o = 0; o < b->operands; ++o) b->strides[o][count - 1] = b->strides[o][axis];
  }
  if (count == 0) {
    b->shape[0] = 1;
    for (int o = 0; o < b->operands; ++o) b->strides[o][0] = 0;
    count = 1;
  }
  b->rank = count;
}

/// How an operand is read.
typedef enum Reading {
  FLAT,      // one number after the other, as the result is written
  CONSTANT,  // one number
  RUNS,      // where it lies, run by run
  PERIODIC,  // from a buffer that holds what repeats
  LAID_OUT,  // from a buffer that is filled for each piece
} Reading;

typedef struct Walk {
  const LKBroadcast *b;
  size_t width, run;
  int by_runs;  // pieces end where runs do
  Reading reading[OPERANDS];
  size_t period[OPERANDS];
  char *buffer[OPERANDS];
} Walk;

/// The place in operand `o` of element `index` of the result, in elements.
static ptrdiff_t place(const LKBroadcast *b, int o, size_t index) {
  ptrdiff_t at = 0;
  for (int axis = b->rank - 1; axis >= 0; --axis) {
    const size_t size = b->shape[axis];
    at += (ptrdiff_t)(axis ? index % size : index) * b->strides[o][axis];
    index /= size;
  }
  return at;
}

#define LK_DEFINE_LAYING(T)                                                                     \
  /* Writes n elements of a run; up to SLACK may be written. */                                 \
  static inline void lay_run_##T(size_t n, const T *from, ptrdiff_t stride, T *to) {            \
    if (stride == 0) {                                                                          \
      const T value = *from;                                                                    \
      for (size_t i = 0; i < SLACK; ++i) to[i] = value;                                         \
      for (size_t i = SLACK; i < n; ++i) to[i] = value;                                         \
    } else if (stride == 1) {                                                                   \
      for (size_t i = 0; i < n; ++i) to[i] = from[i];                                           \
    } else {                                                                                    \
      for (size_t i = 0; i < n; ++i) to[i] = from[(ptrdiff_t)i * stride];                       \
    }                                                                                           \
  }                                                                                             \
  /* Elements first ..< first + n of the result as operand `o` has them. */                     \
  static void lay_out_##T(const LKBroadcast *b, int o, size_t first, size_t n, T *to) {         \
    const int last = b->rank - 1;                                                               \
    const size_t run = b->shape[last];                                                          \
    const ptrdiff_t stride = b->strides[o][last];                                               \
    size_t position[LK_MAXIMUM_RANK] = {0}, rest = first;                                            \
    for (int axis = last; axis >= 0; --axis) {                                                  \
      position[axis] = axis ? rest % b->shape[axis] : rest;                                     \
      rest /= b->shape[axis];                                                                   \
    }                                                                                           \
    size_t within = position[last];                                                             \
    const T *from = (const T *)b->data[o] + place(b, o, first - within);                        \
    for (;;) {                                                                                  \
      const size_t left = run - within, m = left < n ? left : n;                                \
      lay_run_##T(m, from + (ptrdiff_t)within * stride, stride, to);                            \
      to += m;                                                                                  \
      n -= m;                                                                                   \
      if (n == 0) return;                                                                       \
      within = 0;                                                                               \
      for (int axis = last - 1; axis >= 0; --axis) {                                            \
        from += b->strides[o][axis];                                                            \
        if (++position[axis] < b->shape[axis] || axis == 0) break;                              \
        from -= b->strides[o][axis] * (ptrdiff_t)b->shape[axis];                                \
        position[axis] = 0;                                                                     \
      }                                                                                         \
    }                                                                                           \
  }

LK_DEFINE_LAYING(uint8_t)
LK_DEFINE_LAYING(uint32_t)
LK_DEFINE_LAYING(uint64_t)

static void lay_out(const Walk *w, int o, size_t first, size_t n, void *to) {
  switch (w->width) {
    case 1: lay_out_uint8_t(w->b, o, first, n, to); break;
    case 4: lay_out_uint32_t(w->b, o, first, n, to); break;
    default: lay_out_uint64_t(w->b, o, first, n, to); break;
  }
}

/// How many elements operand `o` has before it repeats, 0 if it does not repeat in a piece.
static size_t period_of(const LKBroadcast *b, int o) {
  int axis = b->rank - 1;
  size_t period = 1;
  for (; axis >= 0 && b->strides[o][axis] == (ptrdiff_t)period; --axis) period *= b->shape[axis];
  for (; axis >= 0; --axis) {
    if (b->strides[o][axis] != 0) return 0;
  }
  return period;
}

static void begin(Walk *w, const LKBroadcast *b, size_t width, size_t count) {
  w->b = b;
  w->width = width;
  w->run = b->shape[b->rank - 1];
  size_t total = 1;
  for (int axis = 0; axis < b->rank; ++axis) total *= b->shape[axis];
  int runs_matter = 0;
  for (int o = 0; o < b->operands; ++o) {
    const size_t period = period_of(b, o);
    w->period[o] = period;
    if (period == total) w->reading[o] = FLAT;
    else if (period == 1) w->reading[o] = CONSTANT;
    else if (period && period <= PIECE / 2 && count > period) w->reading[o] = PERIODIC;
    else w->reading[o] = LAID_OUT, runs_matter = 1;
  }
  w->by_runs = runs_matter && w->run >= LONG_RUN;
  for (int o = 0; o < b->operands; ++o) {
    const ptrdiff_t stride = b->strides[o][b->rank - 1];
    if (w->reading[o] == LAID_OUT && w->by_runs && (stride == 0 || stride == 1)) {
      w->reading[o] = RUNS;
    } else if (w->reading[o] == PERIODIC) {
      lay_out(w, o, 0, (count < PIECE ? count : PIECE) + w->period[o], w->buffer[o]);
    }
  }
}

/// What is done with a piece: pointers and strides, 0 or 1, of the operands.
typedef struct Piece {
  const void *data[OPERANDS];
  ptrdiff_t strides[OPERANDS];
} Piece;

static size_t next(const Walk *w, size_t first, size_t count, Piece *piece) {
  size_t n = w->by_runs ? w->run - first % w->run : PIECE;
  for (int o = 0; o < w->b->operands; ++o) {
    // Only what is read from a buffer has to fit it.
    if (w->reading[o] >= PERIODIC && n > PIECE) n = PIECE;
  }
  if (n > count) n = count;
  for (int o = 0; o < w->b->operands; ++o) {
    const char *data = w->b->data[o];
    size_t at = 0;
    piece->strides[o] = 1;
    switch (w->reading[o]) {
      case FLAT: at = first; break;
      case CONSTANT: piece->strides[o] = 0; break;
      case RUNS:
        piece->strides[o] = w->b->strides[o][w->b->rank - 1];
        at = (size_t)place(w->b, o, first);
        break;
      case PERIODIC:
        data = w->buffer[o];
        at = first % w->period[o];
        break;
      case LAID_OUT:
        lay_out(w, o, first, n, w->buffer[o]);
        data = w->buffer[o];
        break;
    }
    piece->data[o] = data + (ptrdiff_t)(at * w->width);
  }
  return n;
}

static size_t width_of(LKScalar type) {
  return type == LK_U8 ? 1 : type == LK_F64 || type == LK_I64 ? 8 : 4;
}

// A period and a piece, or a piece, and what a short run may be written too far.
#define LK_BUFFERS(count) uint64_t buffers[count][PIECE + PIECE / 2 + SLACK]

void lk_zip_broadcast(LKScalar type, LKZip op, const LKBroadcast *b, size_t first, size_t count,
                      void *out, int accumulate) {
  LK_BUFFERS(2);
  Walk w = {.buffer = {(char *)buffers[0], (char *)buffers[1]}};
  begin(&w, b, width_of(type), count);
  char *target = (char *)out + first * w.width;
  while (count) {
    Piece piece;
    const size_t n = next(&w, first, count, &piece);
    lk_zip(type, op, n, piece.data[0], piece.strides[0], piece.data[1], piece.strides[1], target,
           accumulate);
    first += n;
    count -= n;
    target += n * w.width;
  }
}

void lk_select_broadcast(LKScalar type, const LKBroadcast *b, size_t first, size_t count,
                         void *out) {
  LK_BUFFERS(3);
  Walk w = {.buffer = {(char *)buffers[0], (char *)buffers[1], (char *)buffers[2]}};
  begin(&w, b, width_of(type), count);
  char *target = (char *)out + first * w.width;
  while (count) {
    Piece piece;
    const size_t n = next(&w, first, count, &piece);
    lk_select(type, n, piece.data[0], piece.strides[0], piece.data[1], piece.strides[1],
              piece.data[2], piece.strides[2], target);
    first += n;
    count -= n;
    target += n * w.width;
  }
}
