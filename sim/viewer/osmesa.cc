#include "sim/viewer/osmesa.h"

#include <dlfcn.h>

namespace doggo::sim {
namespace {

// Of Mesa's GL/osmesa.h and GL/gl.h.
constexpr unsigned kRgba = 0x1908, kUnsignedByte = 0x1401;
constexpr int kDepthBits = 24, kStencilBits = 8;
constexpr int kSide = 16;  // pixels

// libOSMesa's functions. Visible to all: where MuJoCo sees them, it takes them rather than
// libEGL's, which may be loaded and of no use.
struct Osmesa {
  void* library = Load();

  static void* Load() {
    for (const char* name : {"libOSMesa.so.8", "libOSMesa.so.6"})
      if (void* library = dlopen(name, RTLD_NOW | RTLD_GLOBAL)) return library;
    return nullptr;
  }
  template <typename Function>
  Function Find(const char* name) const {
    return library ? reinterpret_cast<Function>(dlsym(library, name)) : nullptr;
  }

  void* (*Create)(unsigned format, int depth_bits, int stencil_bits, int accumulation_bits,
                  void* share) = Find<decltype(Create)>("OSMesaCreateContextExt");
  unsigned char (*MakeCurrent)(void* context, void* buffer, unsigned type, int width,
                               int height) = Find<decltype(MakeCurrent)>("OSMesaMakeCurrent");
  void (*Destroy)(void* context) = Find<decltype(Destroy)>("OSMesaDestroyContext");
  OsmesaContext::Function (*GetProcAddress)(const char* name) =
      Find<decltype(GetProcAddress)>("OSMesaGetProcAddress");
};

const Osmesa& Functions() {
  static const Osmesa osmesa;
  return osmesa;
}

}  // namespace

bool OsmesaContext::Open() {
  const Osmesa& osmesa = Functions();
  if (!osmesa.Create || !osmesa.MakeCurrent || !osmesa.Destroy || !osmesa.GetProcAddress)
    return false;
  context_ = osmesa.Create(kRgba, kDepthBits, kStencilBits, 0, nullptr);
  if (!context_) return false;
  buffer_.resize(size_t{4} * kSide * kSide);
  if (osmesa.MakeCurrent(context_, buffer_.data(), kUnsignedByte, kSide, kSide)) return true;
  osmesa.Destroy(context_);
  context_ = nullptr;
  return false;
}

OsmesaContext::~OsmesaContext() {
  if (!context_) return;
  Functions().MakeCurrent(nullptr, nullptr, kUnsignedByte, 0, 0);
  Functions().Destroy(context_);
}

OsmesaContext::Function OsmesaContext::Find(const char* name) const {
  return Functions().GetProcAddress(name);
}

}  // namespace doggo::sim
