#include "sim/viewer/offscreen.h"

#define EGL_NO_X11
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <dlfcn.h>

#include <cstring>
#include <stdexcept>
#include <vector>

#include "sim/viewer/osmesa.h"
#include "sim/viewer/renderer.h"

namespace doggo::sim {
namespace {

constexpr char kMend[] = "(on Debian and Ubuntu: sudo apt-get install libegl1 libgl1-mesa-dri)";

// libEGL's functions. The library stays loaded: MuJoCo finds OpenGL's functions through it.
struct Egl {
  void* library = dlopen("libEGL.so.1", RTLD_NOW | RTLD_LOCAL);

  template <typename Function>
  Function* Find(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(library, name));
  }
  // An extension's function; null where the driver has none.
  template <typename Function>
  Function FindExtension(const char* name) const {
    return reinterpret_cast<Function>(GetProcAddress(name));
  }

#define DOGGO_EGL(name) \
  decltype(egl##name)* name = library ? Find<decltype(egl##name)>("egl" #name) : nullptr
  DOGGO_EGL(GetProcAddress);
  DOGGO_EGL(QueryString);
  DOGGO_EGL(GetDisplay);
  DOGGO_EGL(Initialize);
  DOGGO_EGL(Terminate);
  DOGGO_EGL(BindAPI);
  DOGGO_EGL(ChooseConfig);
  DOGGO_EGL(CreateContext);
  DOGGO_EGL(DestroyContext);
  DOGGO_EGL(CreatePbufferSurface);
  DOGGO_EGL(DestroySurface);
  DOGGO_EGL(MakeCurrent);
#undef DOGGO_EGL
};

const Egl& Functions() {
  static const Egl egl;
  return egl;
}

// Displays that need no screen, the likeliest to be fast first: graphics cards, then whatever the
// driver draws with where there is no screen (on a machine without a card: the processor), then the
// default.
std::vector<EGLDisplay> Displays(const Egl& egl) {
  std::vector<EGLDisplay> displays;
  const auto get = egl.FindExtension<PFNEGLGETPLATFORMDISPLAYEXTPROC>("eglGetPlatformDisplayEXT");
  const auto query_devices = egl.FindExtension<PFNEGLQUERYDEVICESEXTPROC>("eglQueryDevicesEXT");
  const auto query_device =
      egl.FindExtension<PFNEGLQUERYDEVICESTRINGEXTPROC>("eglQueryDeviceStringEXT");
  const auto add = [&](EGLDisplay display) {
    if (display != EGL_NO_DISPLAY) displays.push_back(display);
  };

  EGLDeviceEXT devices[16];
  EGLint count = 0;
  if (get && query_devices && query_device && query_devices(16, devices, &count)) {
    for (int k = 0; k < count; ++k) {
      const char* extensions = query_device(devices[k], EGL_EXTENSIONS);
      const bool software = extensions && std::strstr(extensions, "EGL_MESA_device_software");
      if (!software) add(get(EGL_PLATFORM_DEVICE_EXT, devices[k], nullptr));
    }
  }
  if (get) add(get(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr));
  add(egl.GetDisplay(EGL_DEFAULT_DISPLAY));
  return displays;
}

}  // namespace

struct OffscreenContext::State {
  const Egl& egl = Functions();
  EGLDisplay display = EGL_NO_DISPLAY;
  EGLContext context = EGL_NO_CONTEXT;
  EGLSurface surface = EGL_NO_SURFACE;
  OsmesaContext osmesa;  // where EGL could not be opened

  ~State() { Close(); }

  void Close() {
    if (display == EGL_NO_DISPLAY) return;
    egl.MakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (surface != EGL_NO_SURFACE) egl.DestroySurface(display, surface);
    if (context != EGL_NO_CONTEXT) egl.DestroyContext(display, context);
    egl.Terminate(display);
    display = EGL_NO_DISPLAY, context = EGL_NO_CONTEXT, surface = EGL_NO_SURFACE;
  }

  // MuJoCo draws with desktop OpenGL of the compatible kind, into a buffer of its own: a surface is
  // made only where the driver insists on one.
  bool Open(EGLDisplay wanted) {
    if (!egl.Initialize(wanted, nullptr, nullptr)) return false;
    display = wanted;
    const EGLint attributes[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE,
                                 EGL_OPENGL_BIT, EGL_NONE};
    EGLConfig config;
    EGLint count = 0;
    if (!egl.BindAPI(EGL_OPENGL_API) ||
        !egl.ChooseConfig(display, attributes, &config, 1, &count) || count == 0)
      return false;
    context = egl.CreateContext(display, config, EGL_NO_CONTEXT, nullptr);
    if (context == EGL_NO_CONTEXT) return false;
    if (egl.MakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context)) return true;
    const EGLint small[] = {EGL_WIDTH, 16, EGL_HEIGHT, 16, EGL_NONE};
    surface = egl.CreatePbufferSurface(display, config, small);
    return surface != EGL_NO_SURFACE && egl.MakeCurrent(display, surface, surface, context);
  }
};

OffscreenContext::OffscreenContext() : state_(std::make_unique<State>()) {
  const Egl& egl = Functions();
  if (egl.library) {
    for (EGLDisplay display : Displays(egl)) {
      if (state_->Open(display)) return;
      state_->Close();
    }
  }
  if (state_->osmesa.Open()) return;
  throw std::runtime_error(
      std::string(egl.library ? "EGL has no driver here that can draw without a display, and there "
                                "is no libOSMesa.so.8 "
                              : "pictures without a display need EGL or OSMesa, and there is "
                                "neither libEGL.so.1 nor libOSMesa.so.8 ") +
      kMend);
}

OffscreenContext::~OffscreenContext() = default;

std::string OffscreenContext::renderer() const {
  constexpr unsigned kRenderer = 0x1F01;  // GL_RENDERER
  using GetString = const unsigned char* (*)(unsigned);
  const auto get_string = state_->osmesa.is_open()
                              ? reinterpret_cast<GetString>(state_->osmesa.Find("glGetString"))
                              : state_->egl.FindExtension<GetString>("glGetString");
  const unsigned char* text = get_string ? get_string(kRenderer) : nullptr;
  return text ? reinterpret_cast<const char*>(text) : "unknown";
}

bool OffscreenContext::is_software() const { return IsSoftwareRenderer(renderer()); }

}  // namespace doggo::sim
