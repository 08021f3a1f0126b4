#!/bin/sh
# Makes Mneme.app and a disk image of it, on a Mac. Written with care and NEVER TRIED: nobody has run it yet.
# Signing needs a developer's identity in $MNEME_SIGN; without one the app is signed for this machine alone.
set -eu
cd "$(dirname "$0")/../.."
version=$(python3 -c 'from app import __version__; print(__version__)')
python3 packaging/icons.py
python3 -m PyInstaller --noconfirm --distpath dist --workpath build/freeze packaging/mneme.spec
app=dist/Mneme.app

# What is inside is signed before what holds it.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -exec \
    codesign --force --timestamp --options runtime --sign "${MNEME_SIGN:--}" {} +
codesign --force --timestamp --options runtime --entitlements packaging/macos/entitlements.plist \
    --sign "${MNEME_SIGN:--}" "$app"
codesign --verify --deep --strict "$app"

staging=build/dmg
rm -rf "$staging" && mkdir -p "$staging"
cp -R "$app" "$staging/" && ln -s /Applications "$staging/Applications"
hdiutil create -volname "Mneme $version" -srcfolder "$staging" -ov -format ULFO "dist/Mneme-$version.dmg"
