/** Raised when the way of building changes, or what lies in an addon's folder: older results are not taken for new ones. */
export const recipe = 2;

export const addonFile = 'tfjs_binding.node';
export const stderrFile = 'stderr.node';
/** In an addon's folder: a link to the folder of TensorFlow's libraries, by which the addon finds them. */
export const libraryLink = 'lib';
