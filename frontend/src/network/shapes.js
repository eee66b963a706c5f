// The three shapes of the categories, as on the map: circle, diamond, triangle.
import { NodeCircleProgram } from "sigma/rendering";

/** Like the circle, but with another measure of how far a point is from the middle. */
function shape(distance) {
  return class extends NodeCircleProgram {
    getDefinition() {
      const circle = super.getDefinition();
      const source = circle.FRAGMENT_SHADER_SOURCE.replace("length(v_diffVector)", distance);
      return { ...circle, FRAGMENT_SHADER_SOURCE: source };
    }
  };
}

export const SHAPES = {
  economy: NodeCircleProgram,
  research: shape("(abs(v_diffVector.x) + abs(v_diffVector.y)) * 0.82"),
  qualification: shape("max(-v_diffVector.y, 0.866 * abs(v_diffVector.x) + 0.5 * v_diffVector.y) * 1.55"),
  none: shape("max(abs(v_diffVector.x), abs(v_diffVector.y)) * 1.35"),
};
