import type { JSX } from "preact";

const icon = (paths: JSX.Element) => () => (
  <svg
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.800"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    {paths}
  </svg>
);

export const icons = {
  runs: icon(
    <>
      <path d="M4 4v16h16" />
      <path d="M7 15c3 0 3-8 6-8s3 5 7 5" />
    </>,
  ),
  game: icon(
    <>
      <circle cx="7" cy="8" r="3" />
      <path d="M16 12.500 20 16.500 16 20.500 12 16.500z" />
      <path d="M10.500 10.500 13 13.500" />
    </>,
  ),
  play: icon(
    <>
      <rect x="4" y="4" width="7" height="7" rx="1" />
      <rect x="13" y="4" width="7" height="7" rx="1" />
      <rect x="4" y="13" width="7" height="7" rx="1" />
      <path d="M16.500 13v7M13 16.500h7" />
    </>,
  ),
  judge: icon(
    <>
      <circle cx="12" cy="12" r="3.200" />
      <path d="M2.500 12C5 7.500 8.300 5.500 12 5.500s7 2 9.500 6.500c-2.500 4.500-5.800 6.500-9.500 6.500S5 16.500 2.500 12z" />
    </>,
  ),
  learn: icon(
    <>
      <path d="M12 6.500C9.500 5 6.500 4.700 3.500 5v13.500c3-.3 6 0 8.500 1.500 2.500-1.500 5.500-1.800 8.500-1.500V5c-3-.3-6 0-8.500 1.500z" />
      <path d="M12 6.500V20" />
    </>,
  ),
  run: icon(<path d="M8 5.500v13l10.500-6.500z" fill="currentColor" />),
  pause: icon(
    <>
      <path d="M8.500 5.500v13M15.500 5.500v13" stroke-width="3" />
    </>,
  ),
  step: icon(
    <>
      <path d="M6 6v12l8-6z" fill="currentColor" />
      <path d="M18 6v12" />
    </>,
  ),
  again: icon(
    <>
      <path d="M4.500 12a7.500 7.500 0 1 0 2.500-5.600" />
      <path d="M4 4v4.500h4.500" />
    </>,
  ),
  save: icon(
    <>
      <path d="M12 4v11M7.500 11 12 15.500 16.500 11M5 19.500h14" />
    </>,
  ),
};
