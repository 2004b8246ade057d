// The actor forwards and backwards: as its network is, or as the mean over the images of what it
// sees; and what symmetry asks of it in a loss.
#include "agent/training/trainer.h"

namespace doggo::agent {

Eigen::Ref<const Matrix> Trainer::ForwardActor(const Vector& theta, int columns, Worker& w) {
  const int wide = columns * group_.size();
  if (wide > columns) group_.FillPolicyImages(columns, w.policy_obs);
  auto obs = w.policy_obs.leftCols(wide);
  Normalize(policy_normalizer_, obs);
  const auto output = nets_.actor.Forward(nets_.ActorPart(theta), obs, w.actor_tape);
  if (wide == columns) return output;
  MeanOfImages(output, w, w.mean.leftCols(columns));
  return w.mean.leftCols(columns);
}

void Trainer::MeanOfImages(const ConstMatrixRef& of_images, Worker& w, MatrixRef mean) {
  if (group_.size() == 1) {
    mean = of_images;
    return;
  }
  w.images.leftCols(of_images.cols()) = of_images;
  group_.Mean(w.images.leftCols(of_images.cols()), mean);
}

void Trainer::BackwardActor(const Vector& theta, int columns, Worker& w, Vector& gradient) {
  const auto dmean = w.dmean.leftCols(columns);
  const auto obs = w.policy_obs.leftCols(columns * group_.size());
  if (group_.size() == 1) {
    nets_.actor.Backward(nets_.ActorPart(theta), obs, dmean, w.actor_tape,
                         nets_.ActorPart(gradient));
    return;
  }
  auto dimages = w.images.leftCols(obs.cols());
  group_.MeanBackward(dmean, dimages);
  nets_.actor.Backward(nets_.ActorPart(theta), obs, dimages, w.actor_tape,
                       nets_.ActorPart(gradient));
}

// Examples become their images in place.
void Trainer::MirrorExamples(int image, int columns, Worker& w) {
  const auto mirror = [&](auto&& function, auto&& x) {
    auto before = w.image_obs.topLeftCorner(x.rows(), columns);
    before = x;
    (images_.*function)(image, before, x);
  };
  mirror(&SymmetryGroup::ImageOfPolicyObs, w.policy_obs.leftCols(columns));
  mirror(&SymmetryGroup::ImageOfCriticObs, w.critic_obs.leftCols(columns));
  mirror(&SymmetryGroup::ImageOfAction, w.action.leftCols(columns));
  mirror(&SymmetryGroup::ImageOfAction, w.old_mean.leftCols(columns));
}

//   L = c 1/(|G| - 1) sum over g of E|f(M_g s) - M_g f(s)|^2
// (Yu, Turk, Liu 2018, "Learning symmetric and low-energy locomotion", eq. 3). Both sides are
// pulled together. w.image_obs holds the observations; adds into w.dmean and the piece's gradient.
Real Trainer::EvaluateMirrorLoss(const ConstMatrixRef& mean, int columns, Real weight, Worker& w,
                                 Piece& piece) {
  const auto actor = nets_.ActorPart(state_.theta);
  const Real c =
      weight * static_cast<Real>(config_.mirror_weight) / static_cast<Real>(images_.size() - 1);
  auto image_obs = w.mirrored_obs.leftCols(columns);
  auto target = w.mean.leftCols(columns), error = w.dimage.leftCols(columns);
  double loss = 0;
  for (int g = 1; g < images_.size(); ++g) {
    images_.ImageOfPolicyObs(g, w.image_obs.topLeftCorner(image_obs.rows(), columns), image_obs);
    Normalize(policy_normalizer_, image_obs);
    images_.ImageOfAction(g, mean, target);
    error = nets_.actor.Forward(actor, image_obs, w.image_tape) - target;
    for (int i = 0; i < columns; ++i)
      for (Eigen::Index k = 0; k < error.rows(); ++k) loss += error(k, i) * error(k, i);
    error *= 2 * c;
    nets_.actor.Backward(actor, image_obs, error, w.image_tape, nets_.ActorPart(piece.gradient));
    // dL/dmean = -M_g^T dL/d(error), and an element undoes itself
    images_.ImageOfAction(g, error, target);
    w.dmean.leftCols(columns) -= target;
  }
  return c * static_cast<Real>(loss);
}

}  // namespace doggo::agent
