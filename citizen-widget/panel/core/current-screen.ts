import { computed } from 'vue'
import { check } from './device-check'
import { followed, isLookingUp } from './followed'
import { consultation, help } from './help'
import { screenFor } from './screen'

/** What is on the screen, by what is known at this moment. */
export const currentScreen = computed(() =>
  screenFor({
    phase: help.phase,
    isMoved: help.isMoved,
    isReplacing: help.offered !== null,
    isFollowing: followed.value !== null,
    isLookingUp: isLookingUp.value,
    consultation: consultation.value,
    areDevicesChecked: check.isDone,
  }),
)
