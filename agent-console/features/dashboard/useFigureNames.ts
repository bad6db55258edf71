import { useI18n } from 'vue-i18n'

/** Words for whatever a list may be of: a figure, what it counts, or a live number. */
export function useFigureNames() {
  const { t, te } = useI18n()
  function nameOf(figure: string): string {
    if (te(`dashboard.counted.${figure}`)) return t(`dashboard.counted.${figure}`)
    if (te(`dashboard.figures.${figure}.name`)) return t(`dashboard.figures.${figure}.name`)
    return te(`dashboard.live.${figure}`) ? t(`dashboard.live.${figure}`) : figure
  }
  return { nameOf }
}
