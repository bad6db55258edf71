import { ref } from 'vue'

/** The text of the polite live region; App.vue renders it. */
export const announced = ref('')

/** Has a screen reader say something; the same words twice are said twice. */
export function announce(text: string) {
  announced.value = announced.value === text ? `${text}\u00a0` : text
}
