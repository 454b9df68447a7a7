/** How Teams sizes and colours a card, as near as its public colours tell. */
export function hostConfig(theme) {
  const { text, subtle, accent, containers } = themes[theme]
  const colors = (byDefault) => ({ default: byDefault, subtle })
  const foregroundColors = {
    default: colors(text),
    dark: colors(text),
    light: colors('#ffffff'),
    accent: colors(accent),
    good: colors(containers.good.text),
    warning: colors(containers.warning.text),
    attention: colors(containers.attention.text),
  }
  const containerStyle = ({ background, line, text: own = text }) => ({
    backgroundColor: background,
    borderColor: line,
    foregroundColors: { ...foregroundColors, default: { default: own, subtle } },
  })
  return {
    fontFamily: "'Segoe UI', 'Open Sans', system-ui, sans-serif",
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: '#00000020' },
    supportsInteractivity: true,
    containerStyles: Object.fromEntries(
      Object.entries(containers).map(([name, container]) => [name, containerStyle(container)]),
    ),
    actions: {
      maxActions: 6,
      spacing: 'default',
      buttonSpacing: 8,
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
    },
    factSet: {
      title: { weight: 'bolder', wrap: true, maxWidth: 150 },
      value: { weight: 'default', wrap: true },
      spacing: 16,
    },
  }
}

const themes = {
  light: {
    text: '#242424',
    subtle: '#616161',
    accent: '#5b5fc7',
    containers: {
      default: { background: '#ffffff', line: '#e0e0e0' },
      emphasis: { background: '#f5f5f5', line: '#e0e0e0' },
      accent: { background: '#e8ebfa', line: '#bdbde6', text: '#444791' },
      good: { background: '#e7f2da', line: '#92c353', text: '#237b4b' },
      warning: { background: '#fff4ce', line: '#f8d22a', text: '#835c00' },
      attention: { background: '#fcf4f6', line: '#f3d6d8', text: '#c4314b' },
    },
  },
  dark: {
    text: '#ffffff',
    subtle: '#adadad',
    accent: '#9299f7',
    containers: {
      default: { background: '#292929', line: '#3d3d3d' },
      emphasis: { background: '#1f1f1f', line: '#3d3d3d' },
      accent: { background: '#2f2f4a', line: '#4f52b2', text: '#aab1fa' },
      good: { background: '#1b3a1f', line: '#237b4b', text: '#9ad29a' },
      warning: { background: '#463100', line: '#835c00', text: '#f8d22a' },
      attention: { background: '#3e1f25', line: '#c4314b', text: '#f9a6b0' },
    },
  },
}
