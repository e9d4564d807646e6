"""scikit-learn with SciPy: linear models, trees, forests, clusters, pipelines, neighbours, sparse matrices, errors."""

import pickle

from _expect import raises

import numpy as np
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.ndimage
import scipy.optimize
import scipy.signal
import scipy.sparse
import scipy.sparse.linalg
import scipy.spatial
import scipy.special
import scipy.stats
from sklearn import cluster, datasets, decomposition, ensemble, exceptions, linear_model, metrics, model_selection, neighbors, pipeline, preprocessing, svm, tree
from sklearn.feature_extraction.text import TfidfVectorizer

assert np.isclose(scipy.integrate.quad(lambda t: t**2, 0, 3)[0], 9) and np.isclose(scipy.special.gamma(5), 24)
assert np.allclose(scipy.optimize.minimize(lambda v: (v[0] - 1) ** 2 + (v[1] + 2) ** 2, [0, 0]).x, [1, -2], atol=1e-4)
assert np.isclose(scipy.optimize.brentq(np.cos, 0, 3), np.pi / 2) and np.allclose(scipy.linalg.expm(np.zeros((2, 2))), np.eye(2))
assert np.allclose(scipy.optimize.linprog([-1, -2], A_ub=[[1, 1]], b_ub=[4]).x, [0, 4]) and np.isclose(scipy.stats.norm.cdf(0), 0.5)
sparse = scipy.sparse.csr_array(([4.0, 5, 6], ([0, 1, 2], [0, 1, 2])), shape=(3, 3))
assert np.allclose(scipy.sparse.linalg.spsolve(sparse.tocsc(), [4, 10, 18]), [1, 2, 3]) and (sparse @ [1, 1, 1]).tolist() == [4, 5, 6]
assert scipy.spatial.KDTree([[0, 0], [3, 4]]).query([3, 3])[1] == 1 and scipy.spatial.ConvexHull([[0, 0], [1, 0], [0, 1], [0.1, 0.1]]).vertices.tolist() == [0, 1, 2]
assert np.isclose(scipy.interpolate.CubicSpline([0, 1, 2], [0, 1, 4])(1.5), 2.25) and scipy.ndimage.label([1, 1, 0, 1])[1] == 2
assert scipy.signal.find_peaks([0, 2, 0, 5, 0])[0].tolist() == [1, 3]

X, y = datasets.load_iris(return_X_y=True)
train, test, y_train, y_test = model_selection.train_test_split(X, y, random_state=0, stratify=y)
models = {
    "logistic": pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()),
    "tree": tree.DecisionTreeClassifier(random_state=0),
    "forest": ensemble.RandomForestClassifier(30, random_state=0, n_jobs=2),
    "boosting": ensemble.HistGradientBoostingClassifier(max_iter=20, random_state=0),
    "gradient": ensemble.GradientBoostingClassifier(n_estimators=10, random_state=0),
    "vectors": svm.SVC(kernel="rbf"),
    "sgd": pipeline.make_pipeline(preprocessing.MinMaxScaler(), linear_model.SGDClassifier(random_state=0)),
    "neighbours": neighbors.KNeighborsClassifier(5),
}
for name, model in models.items():
    model.fit(train, y_train)
    score = model.score(test, y_test)
    assert score > 0.8, (name, score)
    assert (pickle.loads(pickle.dumps(model)).predict(test) == model.predict(test)).all(), name
search = model_selection.GridSearchCV(svm.SVC(), {"C": [0.1, 1, 10]}, cv=3).fit(train, y_train)
assert search.best_params_["C"] in (1, 10) and len(search.cv_results_["mean_test_score"]) == 3
assert metrics.confusion_matrix([0, 1, 1], [0, 1, 0]).tolist() == [[1, 0], [1, 1]] and metrics.f1_score([1, 0, 1], [1, 0, 1]) == 1

blobs, labels = datasets.make_blobs(200, centers=[[0, 0], [9, 9], [0, 9]], random_state=1)
for grouping in (cluster.KMeans(3, n_init=3, random_state=0), cluster.DBSCAN(eps=1.5), cluster.AgglomerativeClustering(3)):
    assert metrics.adjusted_rand_score(labels, grouping.fit_predict(blobs)) > 0.95, grouping
assert np.isclose(decomposition.PCA(4).fit(X).explained_variance_ratio_.sum(), 1)
line = linear_model.LinearRegression().fit([[0], [1], [2]], [1, 3, 5])
assert np.allclose([line.coef_[0], line.intercept_], [2, 1]) and linear_model.Lasso(0.001).fit(X, y).coef_.shape == (4,)
words = TfidfVectorizer().fit_transform(["the cat", "the dog sat", "a cat sat"])
assert words.shape == (3, 4) and np.isclose(metrics.pairwise.cosine_similarity(words)[0, 0], 1)
assert tree.export_text(models["tree"]).startswith("|--- feature_") and "LogisticRegression()" in repr(models["logistic"])

raises(exceptions.NotFittedError, "This LinearRegression instance is not fitted yet", linear_model.LinearRegression().predict, X)
raises(ValueError, "Input X contains NaN", linear_model.LogisticRegression().fit, [[np.nan], [1]], [0, 1])
raises(ValueError, "Found input variables with inconsistent numbers of samples: [2, 1]", linear_model.LinearRegression().fit, [[1], [2]], [1])
raises(ValueError, "X has 1 features, but", models["tree"].predict, [[1]])
raises(ValueError, "f(a) and f(b) must have different signs", scipy.optimize.brentq, np.exp, 0, 1)
raises(np.linalg.LinAlgError, "ingular", scipy.linalg.inv, np.zeros((2, 2)))
print("ok")
