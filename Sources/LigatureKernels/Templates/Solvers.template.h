// Solver steps: one pass over parameters, gradient and moments.

static void FN(adam)(size_t n, const LKAdam *settings, const void *gradient, void *w_pointer,
                     void *m_pointer, void *v_pointer) {
  const T *g_pointer = gradient;
  T *w = w_pointer, *m = m_pointer, *v = v_pointer;
  const V beta1 = FN(splat)((T)settings->beta1), beta2 = FN(splat)((T)settings->beta2);
  const V rest1 = FN(splat)((T)(1 - settings->beta1)), rest2 = FN(splat)((T)(1 - settings->beta2));
  const V step = FN(splat)((T)(settings->learn_rate / settings->correction1));
  const V inverse2 = FN(splat)((T)(1 / settings->correction2));
  const V epsilon = FN(splat)((T)settings->epsilon), l2 = FN(splat)((T)settings->l2);
  const V scale = FN(splat)((T)settings->gradient_scale);
  const V decay = FN(splat)((T)(settings->learn_rate * settings->decoupled_decay));
  LK_EACH_VECTOR(n, {
    V old = FN(take)(w + i, left);
    V g = FN(fma)(l2, old, scale * FN(take)(g_pointer + i, left));
    V mean = FN(fma)(beta1, FN(take)(m + i, left), rest1 * g);
    V square = FN(fma)(beta2, FN(take)(v + i, left), rest2 * (g * g));
    V root = __builtin_elementwise_sqrt(square * inverse2) + epsilon;
    V next = FN(fma)(-decay, old, old) - step * mean / root;
    FN(put)(m + i, mean, left);
    FN(put)(v + i, square, left);
    FN(put)(w + i, next, left);
  });
}

static void FN(momentum)(size_t n, double learn_rate, double momentum, int nesterov, double l2,
                         double gradient_scale, const void *gradient, void *w_pointer,
                         void *velocity_pointer) {
  const T *g_pointer = gradient;
  T *w = w_pointer, *velocity = velocity_pointer;
  const V rate = FN(splat)((T)learn_rate), keep = FN(splat)((T)momentum);
  const V decay = FN(splat)((T)l2), scale = FN(splat)((T)gradient_scale);
  if (nesterov) {
    LK_EACH_VECTOR(n, {
      V old = FN(take)(w + i, left);
      V move = rate * FN(fma)(decay, old, scale * FN(take)(g_pointer + i, left));
      V next = FN(fma)(keep, FN(take)(velocity + i, left), -move);
      FN(put)(velocity + i, next, left);
      FN(put)(w + i, old + FN(fma)(keep, next, -move), left);
    });
    return;
  }
  LK_EACH_VECTOR(n, {
    V old = FN(take)(w + i, left);
    V g = FN(fma)(decay, old, scale * FN(take)(g_pointer + i, left));
    V next = FN(fma)(keep, FN(take)(velocity + i, left), -(rate * g));
    FN(put)(velocity + i, next, left);
    FN(put)(w + i, old + next, left);
  });
}

static void FN(rmsprop)(size_t n, double learn_rate, double decay, double epsilon, double l2,
                        double gradient_scale, const void *gradient, void *w_pointer,
                        void *v_pointer) {
  const T *g_pointer = gradient;
  T *w = w_pointer, *v = v_pointer;
  const V rate = FN(splat)((T)learn_rate), keep = FN(splat)((T)decay);
  const V rest = FN(splat)((T)(1 - decay)), tiny = FN(splat)((T)epsilon);
  const V weight = FN(splat)((T)l2), scale = FN(splat)((T)gradient_scale);
  LK_EACH_VECTOR(n, {
    V old = FN(take)(w + i, left);
    V g = FN(fma)(weight, old, scale * FN(take)(g_pointer + i, left));
    V square = FN(fma)(keep, FN(take)(v + i, left), rest * (g * g));
    FN(put)(v + i, square, left);
    FN(put)(w + i, old - rate * g / (__builtin_elementwise_sqrt(square) + tiny), left);
  });
}

static void FN(adamax)(size_t n, const LKAdam *settings, const void *gradient, void *w_pointer,
                       void *m_pointer, void *u_pointer) {
  const T *g_pointer = gradient;
  T *w = w_pointer, *m = m_pointer, *u = u_pointer;
  const V beta1 = FN(splat)((T)settings->beta1), beta2 = FN(splat)((T)settings->beta2);
  const V rest1 = FN(splat)((T)(1 - settings->beta1));
  const V step = FN(splat)((T)(settings->learn_rate / settings->correction1));
  const V epsilon = FN(splat)((T)settings->epsilon), l2 = FN(splat)((T)settings->l2);
  const V scale = FN(splat)((T)settings->gradient_scale);
  LK_EACH_VECTOR(n, {
    V old = FN(take)(w + i, left);
    V g = FN(fma)(l2, old, scale * FN(take)(g_pointer + i, left));
    V mean = FN(fma)(beta1, FN(take)(m + i, left), rest1 * g);
    V kept = beta2 * FN(take)(u + i, left);
    V size = __builtin_elementwise_abs(g) + epsilon;
    V bound = __builtin_elementwise_max(kept, size);
    FN(put)(m + i, mean, left);
    FN(put)(u + i, bound, left);
    FN(put)(w + i, old - step * mean / bound, left);
  });
}

static void FN(lion)(size_t n, const LKAdam *settings, const void *gradient, void *w_pointer,
                     void *m_pointer) {
  const T *g_pointer = gradient;
  T *w = w_pointer, *m = m_pointer;
  const V beta1 = FN(splat)((T)settings->beta1), beta2 = FN(splat)((T)settings->beta2);
  const V rest1 = FN(splat)((T)(1 - settings->beta1)), rest2 = FN(splat)((T)(1 - settings->beta2));
  const V rate = FN(splat)((T)settings->learn_rate), l2 = FN(splat)((T)settings->l2);
  const V scale = FN(splat)((T)settings->gradient_scale);
  const V decay = FN(splat)((T)(settings->learn_rate * settings->decoupled_decay));
  LK_EACH_VECTOR(n, {
    V old = FN(take)(w + i, left);
    V g = FN(fma)(l2, old, scale * FN(take)(g_pointer + i, left));
    V mean = FN(take)(m + i, left);
    V way = FN(sign)(FN(fma)(beta1, mean, rest1 * g));
    FN(put)(m + i, FN(fma)(beta2, mean, rest2 * g), left);
    FN(put)(w + i, FN(fma)(-decay, old, old) - rate * way, left);
  });
}
