// Orders of lines by merging sorted runs, which keeps the order of equals, and places in sorted lines.

#include "Kernels.h"

#include <string.h>

/// Runs that are sorted by insertion before they are merged.
enum { SORTED_RUN = 12 };

size_t lk_argsort_workspace(size_t n) { return 3 * 8 * n; }

// NaN is larger than any number, and one NaN as large as another.
#define LK_DEFINE_SORT(T)                                                                        \
  static int less_##T(T a, T b) { return a < b || (b != b && a == a); }                          \
  static int before_##T(int descending, T a, T b) {                                              \
    return descending ? less_##T(b, a) : less_##T(a, b);                                         \
  }                                                                                              \
                                                                                                 \
  static void sort_run_##T(int descending, const T *keys, int64_t *places, size_t n) {           \
    for (size_t i = 1; i < n; ++i) {                                                             \
      const int64_t place = places[i];                                                           \
      size_t at = i;                                                                             \
      for (; at > 0 && before_##T(descending, keys[place], keys[places[at - 1]]); --at) {        \
        places[at] = places[at - 1];                                                             \
      }                                                                                          \
      places[at] = place;                                                                        \
    }                                                                                            \
  }                                                                                              \
                                                                                                 \
  static void merge_##T(int descending, const T *keys, const int64_t *from, size_t left,         \
                        size_t both, int64_t *to) {                                              \
    size_t i = 0, j = left;                                                                      \
    for (size_t at = 0; at < both; ++at) {                                                       \
      const int takes_right =                                                                    \
          i == left || (j < both && before_##T(descending, keys[from[j]], keys[from[i]]));       \
      to[at] = takes_right ? from[j++] : from[i++];                                              \
    }                                                                                            \
  }                                                                                              \
                                                                                                 \
  /* The places of n adjacent keys in order, in one of the two arrays. */                        \
  static const int64_t *sort_##T(int descending, const T *keys, size_t n, int64_t *places,       \
                                 int64_t *others) {                                              \
    for (size_t i = 0; i < n; ++i) places[i] = (int64_t)i;                                       \
    for (size_t start = 0; start < n; start += SORTED_RUN) {                                     \
      const size_t size = n - start < SORTED_RUN ? n - start : SORTED_RUN;                       \
      sort_run_##T(descending, keys, places + start, size);                                      \
    }                                                                                            \
    for (size_t size = SORTED_RUN; size < n; size *= 2) {                                        \
      for (size_t start = 0; start < n; start += 2 * size) {                                     \
        const size_t rest = n - start, both = rest < 2 * size ? rest : 2 * size;                 \
        const size_t left = rest < size ? rest : size;                                           \
        merge_##T(descending, keys, places + start, left, both, others + start);                 \
      }                                                                                          \
      int64_t *last = places;                                                                    \
      places = others;                                                                           \
      others = last;                                                                             \
    }                                                                                            \
    return places;                                                                               \
  }                                                                                              \
                                                                                                 \
  static void argsort_##T(int descending, size_t n, size_t inner, size_t first, size_t count,    \
                          const T *x, int64_t *out, void *workspace) {                           \
    int64_t *places = workspace, *others = places + n;                                           \
    T *keys = (T *)(others + n);                                                                 \
    for (size_t line = first; line < first + count; ++line) {                                    \
      const size_t start = line / inner * inner * n + line % inner;                              \
      for (size_t i = 0; i < n; ++i) keys[i] = x[start + i * inner];                             \
      const int64_t *order = sort_##T(descending, keys, n, places, others);                      \
      for (size_t i = 0; i < n; ++i) out[start + i * inner] = order[i];                          \
    }                                                                                            \
  }                                                                                              \
                                                                                                 \
  static void search_##T(int right, size_t rows, size_t n, size_t m, const T *sorted,            \
                         size_t sorted_row, const T *values, int64_t *out) {                     \
    for (size_t row = 0; row < rows; ++row, sorted += sorted_row) {                              \
      for (size_t i = 0; i < m; ++i, ++values, ++out) {                                          \
        size_t low = 0, high = n;                                                                \
        while (low < high) {                                                                     \
          const size_t middle = low + (high - low) / 2;                                          \
          const T other = sorted[middle];                                                        \
          const int is_after = right ? !less_##T(*values, other) : less_##T(other, *values);     \
          if (is_after) low = middle + 1;                                                        \
          else high = middle;                                                                    \
        }                                                                                        \
        *out = (int64_t)low;                                                                     \
      }                                                                                          \
    }                                                                                            \
  }

LK_DEFINE_SORT(float)
LK_DEFINE_SORT(double)
LK_DEFINE_SORT(int32_t)
LK_DEFINE_SORT(int64_t)
LK_DEFINE_SORT(uint8_t)

void lk_argsort(LKScalar type, int descending, size_t n, size_t inner, size_t first, size_t count,
                const void *x, int64_t *out, void *workspace) {
#define LK_CASE(kind, T) \
  case kind: argsort_##T(descending, n, inner, first, count, x, out, workspace); break;
  switch (type) {
    LK_CASE(LK_F32, float)
    LK_CASE(LK_F64, double)
    LK_CASE(LK_I32, int32_t)
    LK_CASE(LK_I64, int64_t)
    LK_CASE(LK_U8, uint8_t)
  }
#undef LK_CASE
}

void lk_search_sorted(LKScalar type, int right, size_t rows, size_t n, size_t m, const void *sorted,
                      size_t sorted_row, const void *values, int64_t *out) {
#define LK_CASE(kind, T) \
  case kind: search_##T(right, rows, n, m, sorted, sorted_row, values, out); break;
  switch (type) {
    LK_CASE(LK_F32, float)
    LK_CASE(LK_F64, double)
    LK_CASE(LK_I32, int32_t)
    LK_CASE(LK_I64, int64_t)
    LK_CASE(LK_U8, uint8_t)
  }
#undef LK_CASE
}
