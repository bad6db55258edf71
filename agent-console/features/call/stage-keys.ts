/** The keys of the stage, in one place: toolbar, tooltips and shortcuts read the same table. */
export const stageKeys = {
  microphone: 'm',
  camera: 'v',
  screen: 's',
  snapshot: 'c',
  push: 'u',
  colleague: 'i',
  pictureInPicture: 'p',
  fullScreen: 'f',
  end: 'mod+e',
} as const

export type StageAction = keyof typeof stageKeys
