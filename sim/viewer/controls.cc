#include "sim/viewer/controls.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace doggo::sim {
namespace {

constexpr int kWindowRectangle = 0, kRectangle = 1;  // of mjuiState
constexpr int kBuffer = 0;                           // of the context's auxiliary buffers
constexpr float kAccent[] = {0.20f, 0.38f, 0.62f};
constexpr int kQuietTheme = 1, kTightSpacing = 1;

int Round(double x) { return static_cast<int>(std::lround(x)); }

}  // namespace

struct Controls::State {
  std::vector<Control> rows;
  mjrContext& context;
  std::unique_ptr<mjUI> ui = std::make_unique<mjUI>();
  mjuiState events = {};
  std::vector<double> drawn;  // what the rows were when they were drawn last
  int window_width = 0, window_height = 0;

  State(std::vector<Control> controls, mjrContext& lent)
      : rows(std::move(controls)), context(lent) {
    ui->spacing = mjui_themeSpacing(kTightSpacing);
    ui->color = mjui_themeColor(kQuietTheme);
    for (float(*part)[3] : {&ui->color.button, &ui->color.check, &ui->color.slider2})
      std::copy(std::begin(kAccent), std::end(kAccent), *part);
    ui->rectid = kRectangle;
    ui->auxid = kBuffer;
    events.nrect = 2;
    for (size_t k = 0; k < rows.size(); ++k) Add(rows[k], static_cast<int>(k));
    mjui_resize(ui.get(), &context);
    mjr_addAux(kBuffer, ui->width, ui->maxheight, ui->spacing.samples, &context);
  }

  void Add(const Control& row, int place) {
    mjuiDef definitions[2] = {};
    mjuiDef& definition = definitions[0];
    row.name.copy(definition.name, sizeof(definition.name) - 1);
    definition.state = 1;
    switch (row.kind) {
      case Control::kSection:
        definition.type = mjITEM_SECTION;
        break;
      case Control::kSlider:
        definition.type = mjITEM_SLIDERNUM;
        definition.pdata = row.value;
        fmt::format("{} {}", row.low, row.high)
            .copy(definition.other, sizeof(definition.other) - 1);
        break;
      case Control::kSwitch:  // MuJoCo's byte is 0 or 1, as a bool is
        definition.type = mjITEM_CHECKBYTE;
        definition.pdata = row.on;
        break;
      case Control::kButton:
        definition.type = mjITEM_BUTTON;
        break;
    }
    definitions[1].type = mjITEM_END;
    mjui_add(ui.get(), definitions);
    if (row.kind == Control::kSection) return;
    mjuiSection& section = ui->sect[ui->nsect - 1];
    section.item[section.nitem - 1].userid = place;
  }

  void Resize(int width, int height) {
    if (width == window_width && height == window_height) return;
    window_width = width, window_height = height;
    events.rect[kWindowRectangle] = {0, 0, width, height};
    events.rect[kRectangle] = {0, 0, ui->width, height};
    drawn.clear();
  }

  std::vector<double> Values() const {
    std::vector<double> values;
    for (const Control& row : rows)
      values.push_back(row.value ? *row.value : row.on ? (*row.on ? 1 : 0) : 0);
    return values;
  }
};

Controls::Controls(std::vector<Control> rows, Overlay& overlay)
    : state_(std::make_unique<State>(std::move(rows), overlay.context())) {}

Controls::~Controls() = default;

int Controls::width() const { return state_->ui->width; }

std::vector<int> Controls::Heed(Input& input) {
  State& s = *state_;
  mjuiState& events = s.events;
  s.Resize(input.width, input.height);

  std::vector<int> pressed;
  bool taken = events.dragrect == kRectangle;
  for (const MouseEvent& event : input.mouse) {
    events.dx = event.x - events.x, events.dy = event.y - events.y;
    events.x = event.x, events.y = event.y;
    events.sx = 0, events.sy = event.scroll;
    events.left = event.left, events.right = event.right;
    events.mouserect = mjr_findRect(Round(event.x), Round(event.y), 1, &events.rect[1]) + 1;
    switch (event.kind) {
      case MouseEvent::kMove:
        events.type = mjEVENT_MOVE;
        break;
      case MouseEvent::kScroll:
        events.type = mjEVENT_SCROLL;
        break;
      case MouseEvent::kPress:
        events.type = mjEVENT_PRESS;
        events.button = event.left ? mjBUTTON_LEFT : mjBUTTON_RIGHT;
        if (events.dragrect == 0) events.dragrect = events.mouserect;
        break;
      case MouseEvent::kRelease:
        events.type = mjEVENT_RELEASE;
        break;
    }
    const bool dragging = events.left || events.right;
    const bool within = events.dragrect == kRectangle ||
                        (events.mouserect == kRectangle && (events.dragrect != 0 || !dragging));
    if (within) {
      taken = true;
      const mjuiItem* item = mjui_event(s.ui.get(), &events, &s.context);
      if (item && s.rows[item->userid].kind == Control::kButton) pressed.push_back(item->userid);
    }
    if (event.kind == MouseEvent::kRelease) events.dragrect = 0;
  }
  if (taken) {
    input.orbit_x = input.orbit_y = input.shift_x = input.shift_y = input.scroll = 0;
    input.pull_x = input.pull_y = 0;
  }
  return pressed;
}

void Controls::Draw() {
  State& s = *state_;
  const std::vector<double> values = s.Values();
  if (values != s.drawn) {
    mjui_update(-1, -1, s.ui.get(), &s.events, &s.context);
    s.drawn = values;
  }
  mjui_render(s.ui.get(), &s.events, &s.context);
}

}  // namespace doggo::sim
