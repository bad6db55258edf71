export interface WrapUpMoment {
  canComplete: boolean
  /** The panel with the form is in front. */
  isShown: boolean
  isOutcomeMissing: boolean
  /** The agent is writing elsewhere, for example a last line in the chat. */
  isTyping: boolean
}

/** Whether the wrap-up may take the focus: once there is something to choose, in sight, from nobody who writes. */
export const mayTakeFocus = (moment: WrapUpMoment): boolean =>
  moment.canComplete && moment.isShown && moment.isOutcomeMissing && !moment.isTyping
