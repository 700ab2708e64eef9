const LAST_CHARACTERS = 256;

/** What follows the last dot of a file name, in lower case and half width; empty when there is none. */
export function fileExtension(name: string): string {
  const folded = name
    .slice(-LAST_CHARACTERS)
    .normalize('NFKC')
    .replace(/[\s.\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+$/u, '');
  const dot = folded.lastIndexOf('.');
  return dot < 0
    ? ''
    : folded
        .slice(dot + 1)
        .toLowerCase()
        .slice(0, 32);
}

/** Extensions of texts that a double click runs. */
export const SCRIPT_EXTENSIONS: ReadonlySet<string> = new Set(
  'js jse vbs vbe wsf wsh wsc sct hta ps1 psm1 ps1xml bat cmd sh bash csh py pl rb php reg scf url inf applescript command'.split(
    ' ',
  ),
);

/** Extensions of what a double click runs, scripts included. */
export const EXECUTABLE_EXTENSIONS: ReadonlySet<string> = new Set([
  ...SCRIPT_EXTENSIONS,
  ...'exe com scr pif cpl dll sys ocx drv msi msp mst jar apk class lnk chm hlp application gadget appx msix xll iqy settingcontent-ms vhd vhdx iso img one'.split(
    ' ',
  ),
]);
