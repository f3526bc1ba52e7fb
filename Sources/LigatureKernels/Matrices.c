// Small dense matrices: elimination with row pivots, triangles and Cholesky's factor. Everything is
// computed in double, one number after another, and so the same at every level.

#include "Kernels.h"

#pragma clang fp contract(off)

size_t lk_matrix_workspace(size_t n, size_t m) { return n * (n + m) * sizeof(double); }

static void widen(LKScalar type, size_t n, const void *x, double *out) {
  lk_convert(type, LK_F64, n, x, out);
}
static void narrow(LKScalar type, size_t n, const double *x, void *out) {
  lk_convert(LK_F64, type, n, x, out);
}

static double magnitude(double x) { return x < 0 ? -x : x; }

static void exchange(size_t n, double *a, double *b) {
  for (size_t j = 0; j < n; ++j) {
    const double held = a[j];
    a[j] = b[j];
    b[j] = held;
  }
}

/// Makes `a` upper triangular, and does the same to the rows of `b`. Returns the sign of the exchanges,
/// or 0 where a pivot is 0.
static int eliminate(size_t n, size_t m, double *a, double *b) {
  int sign = 1;
  for (size_t k = 0; k < n; ++k) {
    size_t pivot = k;
    for (size_t i = k + 1; i < n; ++i) {
      if (magnitude(a[i * n + k]) > magnitude(a[pivot * n + k])) pivot = i;
    }
    if (a[pivot * n + k] == 0) return 0;
    if (pivot != k) {
      exchange(n, a + pivot * n, a + k * n);
      exchange(m, b + pivot * m, b + k * m);
      sign = -sign;
    }
    for (size_t i = k + 1; i < n; ++i) {
      const double factor = a[i * n + k] / a[k * n + k];
      if (factor == 0) continue;
      for (size_t j = k; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
      for (size_t j = 0; j < m; ++j) b[i * m + j] -= factor * b[k * m + j];
    }
  }
  return sign;
}

/// Solves a triangular system in place of its right-hand side. Returns 1 for a 0 on the diagonal.
static int substitute(int upper, size_t n, size_t m, const double *a, double *b) {
  for (size_t step = 0; step < n; ++step) {
    const size_t i = upper ? n - 1 - step : step;
    const size_t first = upper ? i + 1 : 0, end = upper ? n : i;
    if (a[i * n + i] == 0) return 1;
    for (size_t k = first; k < end; ++k) {
      for (size_t j = 0; j < m; ++j) b[i * m + j] -= a[i * n + k] * b[k * m + j];
    }
    for (size_t j = 0; j < m; ++j) b[i * m + j] /= a[i * n + i];
  }
  return 0;
}

int lk_solve(LKScalar type, size_t n, size_t m, const void *a, const void *b, void *x,
             void *workspace) {
  double *matrix = workspace, *rows = matrix + n * n;
  widen(type, n * n, a, matrix);
  widen(type, n * m, b, rows);
  if (eliminate(n, m, matrix, rows) == 0) return 1;
  substitute(1, n, m, matrix, rows);
  narrow(type, n * m, rows, x);
  return 0;
}

int lk_solve_triangular(LKScalar type, int upper, size_t n, size_t m, const void *a, const void *b,
                        void *x, void *workspace) {
  double *matrix = workspace, *rows = matrix + n * n;
  widen(type, n * n, a, matrix);
  widen(type, n * m, b, rows);
  if (substitute(upper, n, m, matrix, rows)) return 1;
  narrow(type, n * m, rows, x);
  return 0;
}

int lk_cholesky(LKScalar type, size_t n, const void *a, void *l, void *workspace) {
  double *rows = workspace;
  widen(type, n * n, a, rows);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double rest = rows[i * n + j];
      for (size_t k = 0; k < j; ++k) rest -= rows[i * n + k] * rows[j * n + k];
      if (j < i) {
        rows[i * n + j] = rest / rows[j * n + j];
      } else {
        if (rest <= 0) return 1;
        rows[i * n + i] = __builtin_sqrt(rest);
      }
    }
    for (size_t j = i + 1; j < n; ++j) rows[i * n + j] = 0;
  }
  narrow(type, n * n, rows, l);
  return 0;
}

void lk_pivots(LKScalar type, size_t n, const void *a, void *pivots, void *workspace) {
  double *matrix = workspace;
  widen(type, n * n, a, matrix);
  const int sign = eliminate(n, 0, matrix, matrix);
  // The first row of the matrix, which is needed no more, takes them. A singular matrix has a 0.
  for (size_t i = 0; i < n; ++i) matrix[i] = sign == 0 ? 0 : matrix[i * n + i];
  if (n && sign < 0) matrix[0] = -matrix[0];
  narrow(type, n, matrix, pivots);
}
