"""matplotlib: figures drawn with Agg into PNG, SVG and PDF, text, images, triangulations, paths, errors."""

import io

from _expect import raises

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (after the choice of the back end)
import numpy as np  # noqa: E402
from matplotlib import animation, colors, font_manager, ft2font, mathtext, path, transforms, tri  # noqa: E402
from PIL import Image  # noqa: E402

x = np.linspace(0, 2 * np.pi, 200)
figure, axes = plt.subplots(2, 3, figsize=(9, 6), dpi=80)
axes[0, 0].plot(x, np.sin(x), "r--", label=r"$\sin(x) + \frac{1}{2}$")
axes[0, 0].legend(loc="upper right")
axes[0, 1].bar(["a", "b", "c"], [3, 1, 2], color=["C0", "green", "#ff00ff"])
axes[0, 2].imshow(np.arange(100).reshape(10, 10), cmap="viridis", interpolation="bilinear")
axes[1, 0].scatter(np.cos(x), np.sin(x), c=x, s=20)
axes[1, 1].contourf(*np.meshgrid(x, x), np.outer(np.sin(x), np.cos(x)), levels=7)
axes[1, 2].hist(np.sin(x * 7), bins=12)
axes[1, 2].set(title="caf\xe9 \u20ac", xlabel="x", yscale="log")
figure.suptitle("All of it")
figure.tight_layout()
file = io.BytesIO()
figure.savefig(file, format="png", metadata={"Title": "use"})
assert file.getvalue().startswith(b"\x89PNG\r\n\x1a\n")
image = Image.open(io.BytesIO(file.getvalue()))
assert image.size == (720, 480) and image.text["Title"] == "use" and len(image.convert("RGB").getcolors(10**6)) > 100
figure.canvas.draw()
pixels = np.asarray(figure.canvas.buffer_rgba())
assert pixels.shape == (480, 720, 4) and tuple(pixels[0, 0]) == (255, 255, 255, 255) and (pixels[..., :3] != 255).any()
for kind, start in (("svg", b"<?xml"), ("pdf", b"%PDF"), ("ps", b"%!PS")):
    file = io.BytesIO()
    figure.savefig(file, format=kind)
    assert file.getvalue().startswith(start), kind
plt.close(figure)
assert not plt.get_fignums()

plain = plt.figure(figsize=(1, 1), dpi=10, facecolor="blue")
file = io.BytesIO()
plain.savefig(file, format="raw")
assert file.getvalue() == b"\x00\x00\xff\xff" * 100
axis = plain.add_subplot(projection="3d")
axis.plot_surface(*np.meshgrid([0, 1], [0, 1]), np.array([[0, 1], [1, 0]]))
plain.canvas.draw()
moved = []
plain.canvas.mpl_connect("draw_event", moved.append)
plain.canvas.draw()
assert len(moved) == 1 and moved[0].name == "draw_event"
line, = plt.figure().add_subplot().plot([0, 1], [0, 1])
frames = animation.FuncAnimation(line.figure, lambda i: (line.set_ydata([0, i]), (line,))[1], frames=3, blit=True)
frames.save("out.gif", writer="pillow", dpi=20)
assert Image.open("out.gif").n_frames == 3

square = path.Path([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], closed=True)
assert square.contains_point((0.5, 0.5)) and not square.contains_point((2, 2)) and square.contains_points([(0.1, 0.1), (3, 3)]).tolist() == [True, False]
assert square.intersects_path(path.Path([(-1, 0.5), (2, 0.5)])) and square.get_extents().bounds == (0, 0, 1, 1)
turned = transforms.Affine2D().rotate_deg(90).translate(1, 0)
assert np.allclose(turned.transform([(1, 0)]), [(1, 1)]) and np.allclose(turned.inverted().transform([(1, 1)]), [(1, 0)])
mesh = tri.Triangulation([0, 1, 1, 0], [0, 0, 1, 1])
assert len(mesh.triangles) == 2 and mesh.get_trifinder()(0.2, 0.1) in (0, 1) and mesh.get_trifinder()(5, 5) == -1
assert colors.to_hex("tab:blue") == "#1f77b4" and colors.to_rgba("#ff000080")[3] == 128 / 255
font = ft2font.FT2Font(font_manager.findfont("DejaVu Sans"))
font.set_size(12, 72)
font.set_text("AV", 0)
assert font.family_name == "DejaVu Sans" and font.get_width_height()[0] > 0 and font.get_char_index(65) > 0
assert mathtext.MathTextParser("agg").parse(r"$\alpha^2$", 72).width > 0

raises(ValueError, "x and y must have same first dimension", plt.plot, [1, 2], [1])
raises(ValueError, "Invalid RGBA argument: 'nocolour'", colors.to_rgba, "nocolour")
raises(ValueError, "Format 'nope' is not supported", plain.savefig, io.BytesIO(), format="nope")
raises(KeyError, "nope", lambda: matplotlib.rcParams["nope"])
raises(FileNotFoundError, "No such file or directory", ft2font.FT2Font, "no-such-font.ttf")
raises(ValueError, "Unknown symbol", mathtext.MathTextParser("agg").parse, r"$\nonsense$")
raises(ValueError, "x and y arrays must have a length of at least 3", tri.Triangulation, [0, 1], [0, 1])
plt.close("all")
print("ok")
