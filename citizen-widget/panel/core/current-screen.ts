import { computed } from 'vue'
import { check } from './device-check'
import { consultation, help } from './help'
import { openedRequest } from './requests'
import { screenFor } from './screen'

/** What is on the screen, by what is known at this moment. */
export const currentScreen = computed(() =>
  screenFor({
    phase: help.phase,
    isMoved: help.isMoved,
    isReplacing: help.offered !== null,
    isReading: openedRequest.value !== null,
    consultation: consultation.value,
    areDevicesChecked: check.isDone,
  }),
)
