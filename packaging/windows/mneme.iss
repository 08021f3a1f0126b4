; The Windows installer, by Inno Setup 6. Written with care and NEVER TRIED: nobody has run it yet.
;   python packaging\icons.py, then pyinstaller packaging\mneme.spec, then
;   iscc /DVersion=VERSION packaging\windows\mneme.iss   (VERSION is that of app\__init__.py)
#ifndef Version
  #error Give the version: iscc /DVersion=...
#endif
#ifndef Frozen
  #define Frozen "..\..\dist\mneme"
#endif

[Setup]
AppId={{6D0B6E0F-5B4B-4C58-9B6E-3D9B8C0B7A51}
AppName=Mneme
AppVersion={#Version}
AppPublisher=The Mneme authors
AppComments=A private assistant that remembers
DefaultDirName={autopf}\Mneme
DefaultGroupName=Mneme
DisableProgramGroupPage=yes
; For one person unless an administrator wants it for all: memory is one person's in any case.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\build\icons\mneme.ico
UninstallDisplayIcon={app}\mneme-window.exe
OutputBaseFilename=Mneme-{#Version}-windows-x64
OutputDir=..\..\dist
Compression=lzma2/normal
SolidCompression=yes
; A Mneme that runs is asked to close, so that an update meets no open store.
CloseApplications=yes
RestartApplications=no
WizardStyle=modern

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"
Name: "german"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "autostart"; Description: "Start Mneme in the tray when I log in"; Flags: unchecked

[InstallDelete]
; Libraries of an earlier version must not stay beside those of this one. Memory lies elsewhere, in %LOCALAPPDATA%\Mneme.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Frozen}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Mneme"; Filename: "{app}\mneme-window.exe"
Name: "{autodesktop}\Mneme"; Filename: "{app}\mneme-window.exe"; Tasks: desktopicon
Name: "{userstartup}\Mneme"; Filename: "{app}\mneme-window.exe"; Parameters: "--tray"; Tasks: autostart

[Run]
Filename: "{app}\mneme-window.exe"; Description: "{cm:LaunchProgram,Mneme}"; Flags: nowait postinstall skipifsilent

; Nothing here removes %LOCALAPPDATA%\Mneme: what a person told Mneme stays theirs when they uninstall it.
