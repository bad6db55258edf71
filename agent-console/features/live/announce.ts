import { shallowRef } from 'vue'

const polite = shallowRef('')
const urgent = shallowRef('')

/** What screen readers are told of things that arrive by themselves. */
export const announcements = { polite, urgent }

/** @param isUrgent interrupts what is being read: for a ringing offer, not for a message */
export function announce(text: string, isUrgent = false): void {
  const region = isUrgent ? urgent : polite
  // The same sentence twice is a change only if the region was empty in between.
  region.value = ''
  setTimeout(() => {
    region.value = text
  }, 50)
}
