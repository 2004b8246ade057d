#include "sim/robot/model_file.h"

#include <fmt/format.h>

#include <stdexcept>

namespace doggo::sim {
namespace {

constexpr int kLongestXml = 1 << 24;

// As SetDrives does to the compiled model.
void SetDrives(const DriveConfig& drive, mjSpec& spec) {
  const bool implicit = IsImplicit(drive);
  for (mjsElement* e = mjs_firstElement(&spec, mjOBJ_ACTUATOR); e; e = mjs_nextElement(&spec, e)) {
    mjsActuator& actuator = *mjs_asActuator(e);
    actuator.biastype = implicit ? mjBIAS_AFFINE : mjBIAS_NONE;
    actuator.gainprm[0] = implicit ? drive.kp : 1;
    actuator.biasprm[1] = implicit ? -drive.kp : 0;
    actuator.biasprm[2] = implicit ? -drive.kd : 0;
    actuator.forcerange[0] = -drive.torque_limit;
    actuator.forcerange[1] = drive.torque_limit;
    actuator.ctrllimited = mjLIMITED_FALSE;
    if (mjsElement* joint = mjs_findElement(&spec, mjOBJ_JOINT, mjs_getString(actuator.target)))
      mjs_asJoint(joint)->armature = drive.armature;
  }
}

[[noreturn]] void Fail(const std::filesystem::path& scene, const char* message) {
  throw std::runtime_error(fmt::format("{}: {}", scene.string(), OneLine(message)));
}

}  // namespace

std::string ModelAsXml(const PhysicsConfig& physics, const DriveConfig& drive,
                       const std::string& root) {
  const Robot robot = LoadRobot(physics, drive, root);  // says what is wrong with the scene
  const std::filesystem::path scene = FindScene(physics, root);
  char error[1024] = "";
  const SpecPtr spec(mj_parseXML(scene.c_str(), nullptr, error, sizeof(error)));
  if (!spec) Fail(scene, error);
  EditScene(physics, *spec);
  SetOptions(physics, spec->option);
  SetDrives(drive, *spec);
  if (mjsElement* floor = mjs_findElement(spec.get(), mjOBJ_GEOM, "floor"))
    mjs_asGeom(floor)->friction[0] = physics.friction;

  const ModelPtr model(mj_compile(spec.get(), nullptr));
  if (!model) Fail(scene, mjs_getError(spec.get()));
  std::string xml(kLongestXml, '\0');
  if (mj_saveXMLString(spec.get(), xml.data(), kLongestXml, error, sizeof(error)) != 0)
    Fail(scene, error);
  xml.resize(xml.find('\0'));
  return xml;
}

std::string ModelAsBinary(const Robot& robot) {
  std::string bytes(static_cast<size_t>(mj_sizeModel(robot.model.get())), '\0');
  mj_saveModel(robot.model.get(), nullptr, bytes.data(), static_cast<mjtSize>(bytes.size()));
  return bytes;
}

}  // namespace doggo::sim
