<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Attachments</name>
    <message>
        <source>Text, Markdown, code and PDF (*)</source>
        <translation>Text, Markdown, Code und PDF (*)</translation>
    </message>
    <message>
        <source>Attach documents</source>
        <translation>Dokumente anhängen</translation>
    </message>
    <message>
        <source>Pasted text, {when}</source>
        <translation>Eingefügter Text, {when}</translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation>{name} wird gelesen…</translation>
    </message>
    <message>
        <source>Leave out {name}</source>
        <translation>{name} weglassen</translation>
    </message>
    <message>
        <source>Do not send it with this message. It stays among your documents.</source>
        <translation>Nicht mit dieser Nachricht senden. Es bleibt unter deinen Dokumenten.</translation>
    </message>
    <message>
        <source>Stop reading {name}</source>
        <translation>{name} nicht weiterlesen</translation>
    </message>
    <message>
        <source>Do not read it</source>
        <translation>Nicht lesen</translation>
    </message>
    <message>
        <source>{count} pages</source>
        <translation>{count} Seiten</translation>
    </message>
    <message>
        <source>{count} passages</source>
        <translation>{count} Abschnitte</translation>
    </message>
</context>
<context>
    <name>Browser</name>
    <message>
        <source>Search memories</source>
        <translation>Erinnerungen durchsuchen</translation>
    </message>
    <message>
        <source>Which memories</source>
        <translation>Welche Erinnerungen</translation>
    </message>
    <message>
        <source>What you said</source>
        <translation>Was du gesagt hast</translation>
    </message>
    <message>
        <source>All that was said</source>
        <translation>Alles, was gesagt wurde</translation>
    </message>
    <message>
        <source>Episodes</source>
        <translation>Episoden</translation>
    </message>
    <message>
        <source>Kept always</source>
        <translation>Immer behalten</translation>
    </message>
    <message>
        <source>Fading</source>
        <translation>Verblassend</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>Archiviert</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten…</translation>
    </message>
    <message>
        <source>What you say in a chat is remembered, and will be here.</source>
        <translation>Was du in einem Gespräch sagst, wird behalten und erscheint hier.</translation>
    </message>
    <message>
        <source>Nothing here yet. Choose “What you said” to see everything.</source>
        <translation>Noch nichts hier. Wähle „Was du gesagt hast“, um alles zu sehen.</translation>
    </message>
    <message>
        <source>Nothing found. Try another word, or “All that was said”.</source>
        <translation>Nichts gefunden. Versuche ein anderes Wort oder „Alles, was gesagt wurde“.</translation>
    </message>
    <message>
        <source>Merged: recall brings them as one.</source>
        <translation>Zusammengelegt: Sie kommen als eine Erinnerung wieder.</translation>
    </message>
    <message>
        <source>Kept in your words, which stand above the old ones. Forgetting them brings the old ones back.</source>
        <translation>In deinen Worten behalten; sie stehen über den alten. Vergisst du sie, kommen die alten zurück.</translation>
    </message>
</context>
<context>
    <name>Bulk</name>
    <message>
        <source>Kept: they do not fade.</source>
        <translation>Behalten: Sie verblassen nicht.</translation>
    </message>
    <message>
        <source>They may fade again.</source>
        <translation>Sie dürfen wieder verblassen.</translation>
    </message>
    <message>
        <source>Moved to “{}”.</source>
        <translation>Nach „{}“ verschoben.</translation>
    </message>
    <message>
        <source>Moved out of its space.</source>
        <translation>Aus dem Bereich genommen.</translation>
    </message>
    <message>
        <source>Archived: they fade from replies, and search still finds them.</source>
        <translation>Archiviert: Sie treten in Antworten zurück, und die Suche findet sie weiterhin.</translation>
    </message>
    <message>
        <source>Brought back: they are vivid again.</source>
        <translation>Zurückgeholt: Sie sind wieder lebendig.</translation>
    </message>
    <message>
        <source>Erasing takes {}. It cannot be undone; archiving can.</source>
        <translation>Löschen trifft {}. Das lässt sich nicht rückgängig machen, Archivieren schon.</translation>
    </message>
    <message>
        <source>Erasing, and looking for traces…</source>
        <translation>Wird gelöscht und nach Spuren durchsucht…</translation>
    </message>
</context>
<context>
    <name>Care</name>
    <message>
        <source>Erasing, and looking for traces…</source>
        <translation>Wird gelöscht und nach Spuren durchsucht…</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Opening your memory…</source>
        <translation>Dein Gedächtnis wird geöffnet…</translation>
    </message>
    <message>
        <source>Opening your memory</source>
        <translation>Dein Gedächtnis wird geöffnet</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Attach documents (Ctrl+Shift+A)</source>
        <translation>Dokumente anhängen (Strg+Umschalt+A)</translation>
    </message>
    <message>
        <source>Attach documents</source>
        <translation>Dokumente anhängen</translation>
    </message>
    <message>
        <source>Stop the reply</source>
        <translation>Antwort anhalten</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Another version of what you said. The first one stays, with its replies.</source>
        <translation>Eine andere Fassung dessen, was du gesagt hast. Die erste bleibt, mit ihren Antworten.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>Gespräche durchsuchen</translation>
    </message>
    <message>
        <source>New chat (Ctrl+N)</source>
        <translation>Neues Gespräch (Strg+N)</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Gespräche</translation>
    </message>
    <message>
        <source>Nothing found. Try another word.</source>
        <translation>Nichts gefunden. Versuche ein anderes Wort.</translation>
    </message>
    <message>
        <source>Your conversations will be here.</source>
        <translation>Hier werden deine Gespräche stehen.</translation>
    </message>
    <message>
        <source>Rename (F2)</source>
        <translation>Umbenennen (F2)</translation>
    </message>
    <message>
        <source>Let it go down the list</source>
        <translation>In der Liste sinken lassen</translation>
    </message>
    <message>
        <source>Pin on top</source>
        <translation>Oben anheften</translation>
    </message>
    <message>
        <source>Move to space</source>
        <translation>In einen Bereich verschieben</translation>
    </message>
    <message>
        <source>No space</source>
        <translation>Kein Bereich</translation>
    </message>
    <message>
        <source>Delete (Del)</source>
        <translation>Löschen (Entf)</translation>
    </message>
</context>
<context>
    <name>ConversationModel</name>
    <message>
        <source>private</source>
        <translation>privat</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>angeheftet</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
</context>
<context>
    <name>Deeds</name>
    <message>
        <source>Merge</source>
        <translation>Zusammenlegen</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>Verschieben nach</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>Vergessen…</translation>
    </message>
    <message>
        <source>Never let their episodes fade</source>
        <translation>Ihre Episoden nie verblassen lassen</translation>
    </message>
    <message>
        <source>Keep them as one; nothing is rewritten</source>
        <translation>Als eines behalten; nichts wird umgeschrieben</translation>
    </message>
    <message>
        <source>{} chosen</source>
        <translation>{} ausgewählt</translation>
    </message>
    <message>
        <source>Let fade</source>
        <translation>Verblassen lassen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivieren</translation>
    </message>
    <message>
        <source>No space</source>
        <translation>Kein Bereich</translation>
    </message>
    <message>
        <source>Make a space at the top of the sidebar first</source>
        <translation>Lege zuerst oben in der Seitenleiste einen Bereich an</translation>
    </message>
</context>
<context>
    <name>Deleting</name>
    <message>
        <source>“{title}” is deleted, with what was remembered from it.</source>
        <translation>„{title}“ ist gelöscht, samt den Erinnerungen daraus.</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Network calls</source>
        <translation>Netzzugriffe</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>Your question waits in the field until Mneme is ready.</source>
        <translation>Deine Frage wartet im Feld, bis Mneme bereit ist.</translation>
    </message>
    <message>
        <source>The display cannot be reached, so there is no hotkey.</source>
        <translation>Die Anzeige ist nicht erreichbar, deshalb gibt es kein Tastenkürzel.</translation>
    </message>
    <message>
        <source>Another program has {0} already. Choose another hotkey in the settings.</source>
        <translation>Ein anderes Programm hat {0} schon. Wähle in den Einstellungen ein anderes Kürzel.</translation>
    </message>
    <message>
        <source>Recall: find anything you said</source>
        <translation>Erinnern: alles finden, was du gesagt hast</translation>
    </message>
    <message>
        <source>This desktop does not give Mneme a hotkey. Set one in its own settings that runs “mneme-window --recall”; recall is also in the tray, and Ctrl+K in the window.</source>
        <translation>Dieser Desktop gibt Mneme kein Tastenkürzel. Lege in seinen Einstellungen eines an, das „mneme-window --recall“ ausführt; Erinnern liegt auch im Infobereich und im Fenster auf Strg+K.</translation>
    </message>
    <message>
        <source>{0} cannot be a hotkey: use a key with Ctrl, Alt or the Windows key.</source>
        <translation>{0} kann kein Kürzel sein: Nimm eine Taste mit Strg, Alt oder der Windows-Taste.</translation>
    </message>
    <message>
        <source>This desktop gives programs no key of their own. Recall is in the tray, and Ctrl+K in the window.</source>
        <translation>Dieser Desktop gibt Programmen keine eigene Taste. Erinnern liegt im Infobereich und im Fenster auf Strg+K.</translation>
    </message>
</context>
<context>
    <name>DiaryPanel</name>
    <message>
        <source>Nothing has changed yet. While you are away, Mneme goes over what is new, and tells of it here.</source>
        <translation>Noch hat sich nichts geändert. Während du weg bist, geht Mneme das Neue durch und erzählt hier davon.</translation>
    </message>
    <message>
        <source>Diary</source>
        <translation>Tagebuch</translation>
    </message>
    <message>
        <source>Sleep now</source>
        <translation>Jetzt schlafen</translation>
    </message>
    <message>
        <source>Go over what is new right now, as in a night</source>
        <translation>Das Neue jetzt gleich durchgehen, wie in einer Nacht</translation>
    </message>
    <message>
        <source>How far the night is</source>
        <translation>Wie weit die Nacht ist</translation>
    </message>
    <message>
        <source>Do it</source>
        <translation>Tun</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>at night</source>
        <translation>nachts</translation>
    </message>
    <message>
        <source>by you</source>
        <translation>von dir</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>zurückgenommen</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Take back: {0}</source>
        <translation>Zurücknehmen: {0}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>{0}: {1} of {2}</source>
        <translation>{0}: {1} von {2}</translation>
    </message>
</context>
<context>
    <name>DocumentsPanel</name>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Attach a file to a message, or drop it on the window, and it will be here.</source>
        <translation>Hänge eine Datei an eine Nachricht oder lass sie auf das Fenster fallen, dann erscheint sie hier.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open {name}</source>
        <translation>{name} öffnen</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>Vergessen…</translation>
    </message>
    <message>
        <source>Forget {name}</source>
        <translation>{name} vergessen</translation>
    </message>
</context>
<context>
    <name>ErrorBar</name>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message>
        <source>Export memory</source>
        <translation>Gedächtnis exportieren</translation>
    </message>
    <message>
        <source>What to write</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Only the conversation that is open</source>
        <translation>Nur das offene Gespräch</translation>
    </message>
    <message>
        <source>Only where these words were said</source>
        <translation>Nur wo diese Wörter fielen</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Until the end of</source>
        <translation>Bis Ende</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>Passphrase again</source>
        <translation>Passphrase noch einmal</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>As</source>
        <translation>Als</translation>
    </message>
    <message>
        <source>What was said in</source>
        <translation>Was gesagt wurde in</translation>
    </message>
    <message>
        <source>Passphrase to seal it with</source>
        <translation>Passphrase, mit der es versiegelt wird</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>Dieselbe noch einmal</translation>
    </message>
    <message>
        <source>All spaces</source>
        <translation>Alle Bereiche</translation>
    </message>
    <message>
        <source>An archive, which Mneme reads again</source>
        <translation>Ein Archiv, das Mneme wieder liest</translation>
    </message>
    <message>
        <source>Markdown, a folder to read</source>
        <translation>Markdown, ein Ordner zum Lesen</translation>
    </message>
    <message>
        <source>JSON, for other programs</source>
        <translation>JSON, für andere Programme</translation>
    </message>
    <message>
        <source>Without a passphrase, anyone who has the file can read it. A passphrase that is lost cannot be had back.</source>
        <translation>Ohne Passphrase kann jeder die Datei lesen, der sie hat. Eine verlorene Passphrase lässt sich nicht wiederbeschaffen.</translation>
    </message>
    <message>
        <source>The two passphrases differ.</source>
        <translation>Die beiden Passphrasen sind verschieden.</translation>
    </message>
    <message>
        <source>Archives (*.mneme)</source>
        <translation>Archive (*.mneme)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
</context>
<context>
    <name>FactCard</name>
    <message>
        <source>Nothing holds now.</source>
        <translation>Zurzeit gilt nichts.</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open where it was said: {}</source>
        <translation>Öffnen, wo es gesagt wurde: {}</translation>
    </message>
    <message>
        <source>Choose {}</source>
        <translation>{} auswählen</translation>
    </message>
    <message>
        <source>Choose it, to do something with many</source>
        <translation>Auswählen, um mit vielen etwas zu tun</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove {}</source>
        <translation>{} entfernen</translation>
    </message>
    <message>
        <source>The right value of {}</source>
        <translation>Der richtige Wert von {}</translation>
    </message>
    <message>
        <source>Correct</source>
        <translation>Berichtigen</translation>
    </message>
    <message>
        <source>Correct {}</source>
        <translation>{} berichtigen</translation>
    </message>
    <message>
        <source>since {}</source>
        <translation>seit {}</translation>
    </message>
    <message>
        <source>until {}</source>
        <translation>bis {}</translation>
    </message>
    <message>
        <source>written by you</source>
        <translation>von dir geschrieben</translation>
    </message>
    <message>
        <source>read by a model</source>
        <translation>von einem Modell gelesen</translation>
    </message>
    <message>
        <source>said {} times</source>
        <translation>{}-mal gesagt</translation>
    </message>
    <message>
        <source>later you said: {}</source>
        <translation>später sagtest du: {}</translation>
    </message>
    <message>
        <source>The words that {} rests on</source>
        <translation>Die Worte, auf denen {} beruht</translation>
    </message>
</context>
<context>
    <name>FactsView</name>
    <message>
        <source>Search facts</source>
        <translation>Fakten durchsuchen</translation>
    </message>
    <message>
        <source>They count no more; the words they were read from stay</source>
        <translation>Sie zählen nicht mehr; die Worte, aus denen sie gelesen wurden, bleiben</translation>
    </message>
    <message>
        <source>Nothing is known as fact yet. Tell a chat something like “My sister Anna lives in Bergen”.</source>
        <translation>Noch ist nichts als Fakt bekannt. Erzähle in einem Gespräch etwas wie „My sister Anna lives in Bergen“.</translation>
    </message>
    <message>
        <source>No fact has these words. Try the name of a person or a thing.</source>
        <translation>Kein Fakt hat diese Wörter. Versuche den Namen einer Person oder Sache.</translation>
    </message>
    <message>
        <source>Nothing is known as fact in this space yet. “All spaces” at the top shows the others.</source>
        <translation>In diesem Bereich ist noch nichts als Tatsache bekannt. „Alle Bereiche“ oben zeigt die anderen.</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Merged into the one that was chosen first.</source>
        <translation>Mit der zuerst gewählten zusammengelegt.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Set right: your words stand above whatever is read.</source>
        <translation>Berichtigt: Deine Worte stehen über allem, was gelesen wird.</translation>
    </message>
    <message>
        <source>Taken back. The words it was read from stay.</source>
        <translation>Zurückgenommen. Die Worte, aus denen es gelesen wurde, bleiben.</translation>
    </message>
</context>
<context>
    <name>FadingView</name>
    <message>
        <source>What nobody needs fades, as with people. What you keep never does, and nothing is deleted.</source>
        <translation>Was niemand braucht, verblasst, wie bei Menschen. Was du behältst, verblasst nie, und nichts wird gelöscht.</translation>
    </message>
    <message>
        <source>Nothing fades in the coming week.</source>
        <translation>In der kommenden Woche verblasst nichts.</translation>
    </message>
    <message>
        <source>Fading: {}</source>
        <translation>Verblasst: {}</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep always: {}</source>
        <translation>Immer behalten: {}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open where it was said: {}</source>
        <translation>Öffnen, wo es gesagt wurde: {}</translation>
    </message>
    <message>
        <source>Never needed since {}</source>
        <translation>Nie gebraucht seit {}</translation>
    </message>
    <message>
        <source>once</source>
        <translation>einmal</translation>
    </message>
    <message>
        <source>{} times in all</source>
        <translation>insgesamt {}-mal</translation>
    </message>
    <message>
        <source>Last needed {} ({})</source>
        <translation>Zuletzt gebraucht {} ({})</translation>
    </message>
    <message>
        <source>{} % of it is left</source>
        <translation>{} % davon sind übrig</translation>
    </message>
    <message>
        <source>it is archived then</source>
        <translation>dann wird es archiviert</translation>
    </message>
    <message>
        <source>it steps back in recall then</source>
        <translation>dann tritt es beim Erinnern zurück</translation>
    </message>
    <message>
        <source>Kept: it does not fade.</source>
        <translation>Behalten: Es verblasst nicht.</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>Write a message</source>
        <translation>Eine Nachricht schreiben</translation>
    </message>
    <message>
        <source>[pasted text {number}: {count} characters]</source>
        <translation>[eingefügter Text {number}: {count} Zeichen]</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this conversation</source>
        <translation>In diesem Gespräch suchen</translation>
    </message>
    <message>
        <source>Match before</source>
        <translation>Voriger Treffer</translation>
    </message>
    <message>
        <source>Match after</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
</context>
<context>
    <name>ForgetPanel</name>
    <message>
        <source>This message</source>
        <translation>Diese Nachricht</translation>
    </message>
    <message>
        <source>The episode it is from</source>
        <translation>Die Episode, aus der sie ist</translation>
    </message>
    <message>
        <source>The whole conversation</source>
        <translation>Das ganze Gespräch</translation>
    </message>
    <message>
        <source>Erasing takes it out of the store, its index, what was derived from it, cached prompts and backups, and then looks for traces. It cannot be undone. Archiving only puts it away; that can be undone.</source>
        <translation>Löschen nimmt es aus dem Speicher, seinem Index, allem Abgeleiteten, zwischengespeicherten Anfragen und Sicherungen und sucht dann nach Spuren. Das lässt sich nicht rückgängig machen. Archivieren legt es nur weg; das lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>What to forget</source>
        <translation>Was vergessen wird</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Erase for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Archive instead</source>
        <translation>Stattdessen archivieren</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Looking at what there is…</source>
        <translation>Es wird nachgesehen, was da ist…</translation>
    </message>
    <message>
        <source>and {0} more messages</source>
        <translation>und {0} weitere Nachrichten</translation>
    </message>
    <message>
        <source>These say it again. Take them along?</source>
        <translation>Diese sagen es noch einmal. Mitnehmen?</translation>
    </message>
    <message>
        <source>With it goes what came from it: {0}.</source>
        <translation>Mit ihm geht, was daraus entstand: {0}.</translation>
    </message>
    <message>
        <source>This is in no episode yet. Episodes are made a few minutes after something was said.</source>
        <translation>Dies ist noch in keiner Episode. Episoden entstehen einige Minuten, nachdem etwas gesagt wurde.</translation>
    </message>
    <message>
        <source>Archived. It fades from replies, and search still finds it.</source>
        <translation>Archiviert. Es tritt in Antworten zurück, und die Suche findet es weiterhin.</translation>
    </message>
    <message>
        <source>Brought back.</source>
        <translation>Zurückgeholt.</translation>
    </message>
    <message>
        <source>Also erase: {0}</source>
        <translation>Auch löschen: {0}</translation>
    </message>
    <message>
        <source>1 message</source>
        <translation>1 Nachricht</translation>
    </message>
    <message>
        <source>{0} messages</source>
        <translation>{0} Nachrichten</translation>
    </message>
    <message>
        <source>Erased {0}. Searched {1} files and recall: nothing of it is left.</source>
        <translation>{0} gelöscht. {1} Dateien und der Abruf wurden durchsucht: Davon ist nichts übrig.</translation>
    </message>
    <message>
        <source>Erased {0}, but traces are left: {1} bytes, in {2}.</source>
        <translation>{0} gelöscht, aber es sind Spuren übrig: {1} Bytes, in {2}.</translation>
    </message>
    <message>
        <source>recall</source>
        <translation>Abruf</translation>
    </message>
</context>
<context>
    <name>HealthView</name>
    <message>
        <source>Verdict</source>
        <translation>Befund</translation>
    </message>
    <message>
        <source>Ask for what was said</source>
        <translation>Nach Gesagtem fragen</translation>
    </message>
    <message>
        <source>Makes questions of your own words, and sees whether they come back</source>
        <translation>Macht aus deinen Worten Fragen und sieht, ob sie wiederkommen</translation>
    </message>
    <message>
        <source>How far it has asked</source>
        <translation>Wie weit gefragt wurde</translation>
    </message>
    <message>
        <source>How much came back</source>
        <translation>Wie viel wiederkam</translation>
    </message>
    <message>
        <source>Recall on your own words</source>
        <translation>Erinnern an deine eigenen Worte</translation>
    </message>
    <message>
        <source>Your memory is whole.</source>
        <translation>Dein Gedächtnis ist heil.</translation>
    </message>
    <message>
        <source>Something needs mending. “mneme restore” puts a backup in its place.</source>
        <translation>Etwas muss repariert werden. „mneme restore“ setzt eine Sicherung an seine Stelle.</translation>
    </message>
    <message>
        <source>What there is</source>
        <translation>Was da ist</translation>
    </message>
    <message>
        <source>Episodes</source>
        <translation>Episoden</translation>
    </message>
    <message>
        <source>Said again</source>
        <translation>Noch einmal gesagt</translation>
    </message>
    <message>
        <source>Left over</source>
        <translation>Übrig geblieben</translation>
    </message>
    <message>
        <source>Found by meaning</source>
        <translation>Nach Bedeutung auffindbar</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>Auf der Festplatte</translation>
    </message>
    <message>
        <source>{} conversations, {} messages, {} statements read as facts</source>
        <translation>{} Gespräche, {} Nachrichten, {} Aussagen als Fakten gelesen</translation>
    </message>
    <message>
        <source>{} vivid, {} fading, {} archived</source>
        <translation>{} lebendig, {} verblassend, {} archiviert</translation>
    </message>
    <message>
        <source>{} memories are kept under one that they repeat; {} say the same to the letter</source>
        <translation>{} Erinnerungen liegen unter einer, die sie wiederholen; {} sagen wörtlich dasselbe</translation>
    </message>
    <message>
        <source>names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>places</source>
        <translation>Orte</translation>
    </message>
    <message>
        <source>index entries</source>
        <translation>Verzeichniseinträge</translation>
    </message>
    <message>
        <source>vectors</source>
        <translation>Vektoren</translation>
    </message>
    <message>
        <source>statements</source>
        <translation>Aussagen</translation>
    </message>
    <message>
        <source>curves</source>
        <translation>Kurven</translation>
    </message>
    <message>
        <source>summaries</source>
        <translation>Zusammenfassungen</translation>
    </message>
    <message>
        <source>Nothing that belongs to nothing</source>
        <translation>Nichts, was zu nichts gehört</translation>
    </message>
    <message>
        <source>{} of {} memories</source>
        <translation>{} von {} Erinnerungen</translation>
    </message>
    <message>
        <source> (the others wait until the machine is idle)</source>
        <translation> (die anderen warten, bis der Rechner ruht)</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>saved states</source>
        <translation>gespeicherte Zustände</translation>
    </message>
    <message>
        <source>models made for this machine</source>
        <translation>für diesen Rechner gemachte Modelle</translation>
    </message>
    <message>
        <source>log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Es wird gefragt…</translation>
    </message>
    <message>
        <source>{} of {}</source>
        <translation>{} von {}</translation>
    </message>
    <message>
        <source>There is nothing to ask for yet. Say something in a chat first.</source>
        <translation>Es gibt noch nichts zu fragen. Sag zuerst etwas in einem Gespräch.</translation>
    </message>
    <message>
        <source>{} of {} came back among the first five ({} %).</source>
        <translation>{} von {} kamen unter den ersten fünf wieder ({} %).</translation>
    </message>
    <message>
        <source> By words alone: the embedder was not to be had.</source>
        <translation> Nur nach Wörtern: Der Einbetter war nicht zu haben.</translation>
    </message>
    <message>
        <source>These did not:</source>
        <translation>Diese nicht:</translation>
    </message>
    <message>
        <source>Open where it was said: {}</source>
        <translation>Öffnen, wo es gesagt wurde: {}</translation>
    </message>
</context>
<context>
    <name>InUse</name>
    <message>
        <source>Memory that the model takes</source>
        <translation>Speicher, den das Modell belegt</translation>
    </message>
    <message>
        <source>Unload now</source>
        <translation>Jetzt entladen</translation>
    </message>
    <message>
        <source>Use the embedded model</source>
        <translation>Das mitgelieferte Modell verwenden</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>Wiederholungsmalus</translation>
    </message>
    <message>
        <source>Context, tokens</source>
        <translation>Kontext, Token</translation>
    </message>
    <message>
        <source>Longest reply</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>Memory, MB (0: free)</source>
        <translation>Speicher, MB (0: freier)</translation>
    </message>
    <message>
        <source>Memory, MB</source>
        <translation>Speicher, MB</translation>
    </message>
    <message>
        <source>Unload after, minutes</source>
        <translation>Entladen nach Minuten</translation>
    </message>
    <message>
        <source>Not loaded. It loads when you write.</source>
        <translation>Nicht geladen. Es lädt, sobald du schreibst.</translation>
    </message>
    <message>
        <source>{0} of {1} memory</source>
        <translation>{0} von {1} Speicher</translation>
    </message>
    <message>
        <source>{0} tokens/s in the last reply</source>
        <translation>{0} Token/s in der letzten Antwort</translation>
    </message>
</context>
<context>
    <name>Keeping</name>
    <message>
        <source>{name} is written, {size:.1f} MB.</source>
        <translation>{name} ist geschrieben, {size:.1f} MB.</translation>
    </message>
    <message>
        <source>{count} conversations are in {name}.</source>
        <translation>{count} Gespräche sind in {name}.</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>Wird exportiert…</translation>
    </message>
    <message>
        <source>Choose an archive or an export</source>
        <translation>Archiv oder Export wählen</translation>
    </message>
    <message>
        <source>Archives and exports</source>
        <translation>Archive und Exporte</translation>
    </message>
    <message>
        <source>{new} new messages, {known} were already here.</source>
        <translation>{new} neue Nachrichten, {known} waren schon da.</translation>
    </message>
    <message>
        <source>Left out: {what}</source>
        <translation>Weggelassen: {what}</translation>
    </message>
    <message>
        <source>Importing…</source>
        <translation>Wird importiert…</translation>
    </message>
    <message>
        <source>There are no backups yet. One is made a day while nobody needs the machine.</source>
        <translation>Es gibt noch keine Sicherungen. Täglich entsteht eine, während niemand den Rechner braucht.</translation>
    </message>
    <message>
        <source>What is here now is kept as “before-restore”, and can be restored in the same way.</source>
        <translation>Was jetzt da ist, bleibt als „before-restore“ erhalten und lässt sich ebenso wiederherstellen.</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Sicherung wiederherstellen</translation>
    </message>
    <message>
        <source>{name} is your memory now.</source>
        <translation>{name} ist jetzt dein Gedächtnis.</translation>
    </message>
    <message>
        <source>Restoring…</source>
        <translation>Wird wiederhergestellt…</translation>
    </message>
    <message>
        <source>The passphrase of {name}:</source>
        <translation>Die Passphrase von {name}:</translation>
    </message>
    <message>
        <source>A sealed archive</source>
        <translation>Ein versiegeltes Archiv</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>It holds {scope}, written on {day}.</source>
        <translation>Es enthält {scope}, geschrieben am {day}.</translation>
    </message>
    <message>
        <source>New: {count} messages, in new conversations or those that are here.</source>
        <translation>Neu: {count} Nachrichten, in neuen Gesprächen oder in denen, die hier sind.</translation>
    </message>
    <message>
        <source>Already here: {count} messages.</source>
        <translation>Schon da: {count} Nachrichten.</translation>
    </message>
    <message>
        <source>Here with other words: {count} messages. Both are kept.</source>
        <translation>Hier mit anderen Worten: {count} Nachrichten. Beide bleiben.</translation>
    </message>
    <message>
        <source>Bring this archive in?</source>
        <translation>Dieses Archiv aufnehmen?</translation>
    </message>
    <message>
        <source>{new} messages came in, {known} were already here.</source>
        <translation>{new} Nachrichten kamen dazu, {known} waren schon da.</translation>
    </message>
    <message>
        <source>{count} facts were left out: they do not stand in what their person said.</source>
        <translation>{count} Fakten blieben weg: Sie stehen nicht in dem, was ihre Person gesagt hat.</translation>
    </message>
</context>
<context>
    <name>MapGraphics</name>
    <message>
        <source>{}, in {} memories</source>
        <translation>{}, in {} Erinnerungen</translation>
    </message>
</context>
<context>
    <name>MapView</name>
    <message>
        <source>Find a name</source>
        <translation>Namen suchen</translation>
    </message>
    <message>
        <source>Map of names</source>
        <translation>Karte der Namen</translation>
    </message>
    <message>
        <source>The larger, the more memories name it; what memories name together is joined. Arrow keys go from name to name, Enter shows its memories, + and − come nearer and go back.</source>
        <translation>Je größer, desto mehr Erinnerungen nennen es; was zusammen genannt wird, ist verbunden. Pfeiltasten gehen von Name zu Name, Eingabe zeigt die Erinnerungen, + und − gehen näher und zurück.</translation>
    </message>
    <message>
        <source>Nobody and nothing is named yet. Names that you mention in a chat will be here.</source>
        <translation>Noch ist niemand und nichts genannt. Namen, die du in einem Gespräch erwähnst, erscheinen hier.</translation>
    </message>
    <message>
        <source>Nobody and nothing is named in this space yet. “All spaces” at the top shows the others.</source>
        <translation>In diesem Bereich ist noch niemand und nichts genannt. „Alle Bereiche“ oben zeigt die anderen.</translation>
    </message>
    <message>
        <source>Memories that name {}</source>
        <translation>Erinnerungen, die {} nennen</translation>
    </message>
</context>
<context>
    <name>Markdown</name>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
</context>
<context>
    <name>MemoryPage</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>Zurück zum Gespräch</translation>
    </message>
    <message>
        <source>Views of memory</source>
        <translation>Ansichten des Gedächtnisses</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>Erinnerungen</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Fakten</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Fading</source>
        <translation>Verblassend</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Zustand</translation>
    </message>
</context>
<context>
    <name>MemoryView</name>
    <message>
        <source>Memories</source>
        <translation>Erinnerungen</translation>
    </message>
    <message>
        <source>you</source>
        <translation>du</translation>
    </message>
    <message>
        <source>the assistant</source>
        <translation>der Assistent</translation>
    </message>
    <message>
        <source>a document</source>
        <translation>ein Dokument</translation>
    </message>
    <message>
        <source>fading</source>
        <translation>verblassend</translation>
    </message>
    <message>
        <source>archived</source>
        <translation>archiviert</translation>
    </message>
    <message>
        <source>your note</source>
        <translation>deine Notiz</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>Version before</source>
        <translation>Vorige Fassung</translation>
    </message>
    <message>
        <source>Version after</source>
        <translation>Nächste Fassung</translation>
    </message>
    <message>
        <source>Edit and ask again</source>
        <translation>Bearbeiten und neu fragen</translation>
    </message>
    <message>
        <source>Reply again</source>
        <translation>Noch einmal antworten</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>Vergessen…</translation>
    </message>
    <message>
        <source>Memories used in this reply</source>
        <translation>Erinnerungen in dieser Antwort</translation>
    </message>
    <message>
        <source>Show what this reply remembered, and why</source>
        <translation>Zeigen, woran sich diese Antwort erinnert hat und warum</translation>
    </message>
    <message>
        <source>Documents that came with the message</source>
        <translation>Dokumente zu dieser Nachricht</translation>
    </message>
    <message>
        <source>Message of {name}</source>
        <translation>Nachricht von {name}</translation>
    </message>
    <message>
        <source>from {count} memories</source>
        <translation>aus {count} Erinnerungen</translation>
    </message>
    <message>
        <source>from {count} memory</source>
        <translation>aus {count} Erinnerung</translation>
    </message>
    <message>
        <source>perhaps not in memory</source>
        <translation>vielleicht nicht im Gedächtnis</translation>
    </message>
    <message>
        <source>by memory: {words}</source>
        <translation>aus dem Gedächtnis: {words}</translation>
    </message>
    <message>
        <source>Assistant, imported</source>
        <translation>Assistent, importiert</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>… {count} more characters are stored; Copy takes them all.</source>
        <translation>… {count} weitere Zeichen sind gespeichert; Kopieren nimmt sie alle.</translation>
    </message>
    <message>
        <source>Words of the message</source>
        <translation>Worte der Nachricht</translation>
    </message>
    <message>
        <source>with {names}</source>
        <translation>mit {names}</translation>
    </message>
</context>
<context>
    <name>ModeBar</name>
    <message>
        <source>Remembered</source>
        <translation>Wird behalten</translation>
    </message>
    <message>
        <source>Private, with memory</source>
        <translation>Privat, mit Gedächtnis</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>Privat</translation>
    </message>
    <message>
        <source>Remember this chat</source>
        <translation>Dieses Gespräch behalten</translation>
    </message>
    <message>
        <source>Use memory, write nothing</source>
        <translation>Gedächtnis nutzen, nichts schreiben</translation>
    </message>
    <message>
        <source>Neither use memory nor write</source>
        <translation>Gedächtnis weder nutzen noch schreiben</translation>
    </message>
    <message>
        <source>Private. Replies use your memory; nothing said here is written, and it is gone when Mneme ends.</source>
        <translation>Privat. Antworten nutzen dein Gedächtnis; nichts von hier wird geschrieben, und es ist weg, wenn Mneme endet.</translation>
    </message>
    <message>
        <source>Private. Memory is neither used nor written; what is said here is gone when Mneme ends.</source>
        <translation>Privat. Das Gedächtnis wird weder genutzt noch beschrieben; was hier gesagt wird, ist weg, wenn Mneme endet.</translation>
    </message>
    <message>
        <source>Memory is paused: nothing is written, and replies are given without it.</source>
        <translation>Das Gedächtnis ist pausiert: Nichts wird geschrieben, und Antworten kommen ohne es.</translation>
    </message>
    <message>
        <source>Keep this conversation</source>
        <translation>Dieses Gespräch behalten</translation>
    </message>
    <message>
        <source>End the pause</source>
        <translation>Pause beenden</translation>
    </message>
    <message>
        <source>What this chat has to do with memory</source>
        <translation>Was dieses Gespräch mit dem Gedächtnis zu tun hat</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Memory of this chat: {0}</source>
        <translation>Gedächtnis dieses Gesprächs: {0}</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>How far {0} has come</source>
        <translation>Wie weit {0} ist</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>{0} GB</source>
        <translation>{0} GB</translation>
    </message>
    <message>
        <source>{0} MB</source>
        <translation>{0} MB</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>passt</translation>
    </message>
    <message>
        <source>streams from flash at about {0} tokens/s</source>
        <translation>strömt vom Flashspeicher mit etwa {0} Token/s</translation>
    </message>
    <message>
        <source>will not fit: needs {0}, and {1} are free</source>
        <translation>passt nicht: braucht {0}, und {1} sind frei</translation>
    </message>
    <message>
        <source>{0} of {1} MB</source>
        <translation>{0} von {1} MB</translation>
    </message>
    <message>
        <source>{0} of {1} MB · {2} MB/s</source>
        <translation>{0} von {1} MB · {2} MB/s</translation>
    </message>
    <message>
        <source>{0}, {1} active</source>
        <translation>{0}, {1} aktiv</translation>
    </message>
    <message>
        <source>Recommended.</source>
        <translation>Empfohlen.</translation>
    </message>
    <message>
        <source>Thinks before it answers.</source>
        <translation>Denkt, bevor es antwortet.</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Choose a GGUF file…</source>
        <translation>GGUF-Datei wählen…</translation>
    </message>
    <message>
        <source>Keep models in another folder…</source>
        <translation>Modelle in einem anderen Ordner ablegen…</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut nachsehen</translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation>Auf diesem Rechner</translation>
    </message>
    <message>
        <source>To fetch</source>
        <translation>Zum Holen</translation>
    </message>
    <message>
        <source>For recall by meaning</source>
        <translation>Zum Erinnern nach Bedeutung</translation>
    </message>
    <message>
        <source>How far the next one is</source>
        <translation>Wie weit das nächste ist</translation>
    </message>
    <message>
        <source>Fetched models go to {0}</source>
        <translation>Geholte Modelle kommen nach {0}</translation>
    </message>
    <message>
        <source>{0} · kept by {1}</source>
        <translation>{0} · bei {1}</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>No models were found here. Fetch one below, or choose a file.</source>
        <translation>Hier wurden keine Modelle gefunden. Hole unten eines oder wähle eine Datei.</translation>
    </message>
    <message>
        <source>Load anyway</source>
        <translation>Trotzdem laden</translation>
    </message>
    <message>
        <source>Nothing is fetched before you press a button. See every network call that the app made</source>
        <translation>Nichts wird geholt, bevor du einen Knopf drückst. Alle Netzzugriffe der App ansehen</translation>
    </message>
    <message>
        <source>It {0}. Choose it once more to load it anyway.</source>
        <translation>Es {0}. Wähle es noch einmal, um es trotzdem zu laden.</translation>
    </message>
    <message>
        <source>{0} finds what you mean.</source>
        <translation>{0} findet, was du meinst.</translation>
    </message>
    <message>
        <source>{0} is being prepared, {1} of {2}. Until it is complete, {3} finds what you mean.</source>
        <translation>{0} wird vorbereitet, {1} von {2}. Bis es vollständig ist, findet {3}, was du meinst.</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>GGUF-Modelle (*.gguf)</translation>
    </message>
    <message>
        <source>Choose a folder for models</source>
        <translation>Ordner für Modelle wählen</translation>
    </message>
</context>
<context>
    <name>NetworkPage</name>
    <message>
        <source>Network calls</source>
        <translation>Netzzugriffe</translation>
    </message>
    <message>
        <source>Mneme works with the cable pulled. The app uses the network to fetch a model that you asked for, and for nothing else. Each of these calls is written down here before it is made, with no content, and nothing removes it.</source>
        <translation>Mneme arbeitet mit gezogenem Kabel. Die App nutzt das Netz, um ein Modell zu holen, das du verlangt hast, und sonst für nichts. Jeder dieser Zugriffe wird hier aufgeschrieben, bevor er geschieht, ohne Inhalt, und nichts entfernt ihn.</translation>
    </message>
    <message>
        <source>Not in the list is what set Mneme up: make, or mneme setup, fetches its libraries and the embedded models once, by pip and in a process of its own. A package that was installed brings them along.</source>
        <translation>Nicht in der Liste steht, was Mneme eingerichtet hat: make oder mneme setup holt einmal die Bibliotheken und die mitgelieferten Modelle, mit pip und in einem eigenen Prozess. Ein installiertes Paket bringt sie mit.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>Wofür</translation>
    </message>
    <message>
        <source>Came</source>
        <translation>Kam</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut nachsehen</translation>
    </message>
    <message>
        <source>{0} calls to {1} hosts</source>
        <translation>{0} Zugriffe auf {1} Rechner</translation>
    </message>
    <message>
        <source>{0} calls to one host</source>
        <translation>{0} Zugriffe auf einen Rechner</translation>
    </message>
    <message>
        <source>One call</source>
        <translation>Ein Zugriff</translation>
    </message>
    <message>
        <source>None so far.</source>
        <translation>Bisher keine.</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>keine Antwort</translation>
    </message>
</context>
<context>
    <name>Offers</name>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Fetch {0}</source>
        <translation>{0} holen</translation>
    </message>
    <message>
        <source>It has come, and its checksum is right.</source>
        <translation>Es ist da, und seine Prüfsumme stimmt.</translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message>
        <source>What was done</source>
        <translation>Was getan wurde</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>OwnViews</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Diary</source>
        <translation>Tagebuch</translation>
    </message>
    <message>
        <source>Export memory</source>
        <translation>Gedächtnis exportieren</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find a conversation, a memory or a command</source>
        <translation>Ein Gespräch, eine Erinnerung oder einen Befehl finden</translation>
    </message>
    <message>
        <source>Palette</source>
        <translation>Palette</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Nothing fits.</source>
        <translation>Nichts passt.</translation>
    </message>
</context>
<context>
    <name>Phrases</name>
    <message>
        <source> It was killed, most often because memory ran out: close other programs or choose a smaller model.</source>
        <translation> Er wurde beendet, meist weil der Arbeitsspeicher ausging: Schließe andere Programme oder wähle ein kleineres Modell.</translation>
    </message>
    <message>
        <source>&apos;parent&apos; does not come before its message</source>
        <translation>„parent“ steht nicht vor seiner Nachricht</translation>
    </message>
    <message>
        <source>&apos;place&apos; has not four parts</source>
        <translation>„place“ hat nicht vier Teile</translation>
    </message>
    <message>
        <source>&apos;start&apos; and &apos;end&apos; are no range</source>
        <translation>„start“ und „end“ sind kein Bereich</translation>
    </message>
    <message>
        <source>A fact changed; what it rested on has been erased.</source>
        <translation>Eine Tatsache hat sich geändert; worauf sie beruhte, wurde gelöscht.</translation>
    </message>
    <message>
        <source>A fact needs words of a message to rest on, and these do not say it. It was not kept.</source>
        <translation>Eine Tatsache braucht Worte einer Nachricht, auf denen sie beruht, und diese sagen sie nicht. Sie wurde nicht behalten.</translation>
    </message>
    <message>
        <source>A mixture of experts made for laptops.</source>
        <translation>Eine Mischung von Experten, für Laptops gemacht.</translation>
    </message>
    <message>
        <source>A mixture of experts with all of its training open. English.</source>
        <translation>Eine Mischung von Experten, deren Training ganz offen liegt. Englisch.</translation>
    </message>
    <message>
        <source>A private chat writes nothing, and a document is kept in memory. Attach it in a chat that is remembered, or paste the part that matters.</source>
        <translation>Ein privates Gespräch schreibt nichts, und ein Dokument wird im Gedächtnis behalten. Hänge es in einem Gespräch an, das gemerkt wird, oder füge den Teil ein, auf den es ankommt.</translation>
    </message>
    <message>
        <source>A small mixture of experts, made to be quick.</source>
        <translation>Eine kleine Mischung von Experten, auf Schnelligkeit gemacht.</translation>
    </message>
    <message>
        <source>A space needs a name of at most {0} letters.</source>
        <translation>Ein Bereich braucht einen Namen von höchstens {0} Zeichen.</translation>
    </message>
    <message>
        <source>A span has more keys than any has.</source>
        <translation>Ein Abschnitt hat mehr Schlüssel, als es geben kann.</translation>
    </message>
    <message>
        <source>All of it fits.</source>
        <translation>Alles davon passt.</translation>
    </message>
    <message>
        <source>An all-rounder for a laptop with 8 GB.</source>
        <translation>Ein Allrounder für einen Laptop mit 8 GB.</translation>
    </message>
    <message>
        <source>An episode belongs to what was said {0} about {1}: {2}</source>
        <translation>Eine Episode gehört zu dem, was {0} über {1} gesagt wurde: {2}</translation>
    </message>
    <message>
        <source>An episode came together under a theme that is no longer there.</source>
        <translation>Eine Episode kam zu einem Thema, das es nicht mehr gibt.</translation>
    </message>
    <message>
        <source>An episode that has been cut anew since.</source>
        <translation>Eine Episode, die seither neu geschnitten wurde.</translation>
    </message>
    <message>
        <source>Another Mneme is at this right now ({0}). Wait until it is done, and try again.</source>
        <translation>Ein anderes Mneme ist gerade dabei ({0}). Warte, bis es fertig ist, und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>Another program is holding {0}. Close it, or wait a moment and try again.</source>
        <translation>Ein anderes Programm hält {0}. Schließe es, oder warte einen Augenblick und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>Another program reads the memory store, so its log could not be emptied. Close it; the erasure is finished at the next start.</source>
        <translation>Ein anderes Programm liest das Gedächtnis, daher konnte dessen Protokoll nicht geleert werden. Schließe es; das Löschen wird beim nächsten Start beendet.</translation>
    </message>
    <message>
        <source>Careful and brief, twelve languages.</source>
        <translation>Sorgfältig und knapp, zwölf Sprachen.</translation>
    </message>
    <message>
        <source>Facts were merged; what they rested on has been erased.</source>
        <translation>Tatsachen wurden zusammengelegt; worauf sie beruhten, wurde gelöscht.</translation>
    </message>
    <message>
        <source>Facts were taken back; what they rested on has been erased.</source>
        <translation>Tatsachen wurden zurückgenommen; worauf sie beruhten, wurde gelöscht.</translation>
    </message>
    <message>
        <source>For 16 GB of memory, or with its weights on flash.</source>
        <translation>Für 16 GB Arbeitsspeicher, oder mit den Gewichten auf Flash.</translation>
    </message>
    <message>
        <source>For 24 GB of memory, or with its weights on flash.</source>
        <translation>Für 24 GB Arbeitsspeicher, oder mit den Gewichten auf Flash.</translation>
    </message>
    <message>
        <source>Good in many European languages.</source>
        <translation>Gut in vielen europäischen Sprachen.</translation>
    </message>
    <message>
        <source>HF_HUB_OFFLINE is set here, so nothing is fetched. Unset it, and try again.</source>
        <translation>HF_HUB_OFFLINE ist hier gesetzt, daher wird nichts geladen. Hebe es auf und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>I looked back at one memory in the light of what was said around it. Questions find it sooner now.</source>
        <translation>Ich habe auf eine Erinnerung zurückgeblickt, im Licht dessen, was um sie herum gesagt wurde. Fragen finden sie jetzt eher.</translation>
    </message>
    <message>
        <source>I looked back at {0} memories in the light of what was said around them. Questions find them sooner now.</source>
        <translation>Ich habe auf {0} Erinnerungen zurückgeblickt, im Licht dessen, was um sie herum gesagt wurde. Fragen finden sie jetzt eher.</translation>
    </message>
    <message>
        <source>Larger than the embedded one, and slower. English.</source>
        <translation>Größer als das mitgelieferte, und langsamer. Englisch.</translation>
    </message>
    <message>
        <source>Line {0} of {1} cannot be used: {2}.</source>
        <translation>Zeile {0} von {1} ist unbrauchbar: {2}.</translation>
    </message>
    <message>
        <source>Line {0} of {1} is too long. {2}</source>
        <translation>Zeile {0} von {1} ist zu lang. {2}</translation>
    </message>
    <message>
        <source>Line {0} of {1} {2}. {3}</source>
        <translation>Zeile {0} von {1}: {2}. {3}</translation>
    </message>
    <message>
        <source>Memory is paused, so nothing is kept. End the pause in the settings or the tray, then try again.</source>
        <translation>Das Gedächtnis pausiert, daher wird nichts behalten. Beende die Pause in den Einstellungen oder im Infobereich und versuche es dann noch einmal.</translation>
    </message>
    <message>
        <source>Memory is paused, so nothing is kept. End the pause in the settings, then try again.</source>
        <translation>Das Gedächtnis pausiert, daher wird nichts behalten. Beende die Pause in den Einstellungen und versuche es dann noch einmal.</translation>
    </message>
    <message>
        <source>Merging needs two facts or more. Choose those that say the same.</source>
        <translation>Zum Zusammenlegen braucht es zwei Tatsachen oder mehr. Wähle die, die dasselbe sagen.</translation>
    </message>
    <message>
        <source>Merging needs two memories or more. Choose those that say the same.</source>
        <translation>Zum Zusammenlegen braucht es zwei Erinnerungen oder mehr. Wähle die, die dasselbe sagen.</translation>
    </message>
    <message>
        <source>Mneme is closing, so the memory store is no longer open.</source>
        <translation>Mneme wird beendet, daher ist das Gedächtnis nicht mehr offen.</translation>
    </message>
    <message>
        <source>Mneme is open. Close the window and every `mneme`, then restore again.</source>
        <translation>Mneme ist offen. Schließe das Fenster und jedes `mneme` und stelle dann noch einmal wieder her.</translation>
    </message>
    <message>
        <source>Mneme may not write to {0}. Change its permissions, or choose another data folder.</source>
        <translation>Mneme darf nicht nach {0} schreiben. Ändere die Rechte, oder wähle einen anderen Datenordner.</translation>
    </message>
    <message>
        <source>Network calls are written down in {0}, and that file cannot be written ({1}). So no call was made.</source>
        <translation>Netzzugriffe werden in {0} aufgeschrieben, und diese Datei kann nicht geschrieben werden ({1}). Daher gab es keinen Zugriff.</translation>
    </message>
    <message>
        <source>No window can be opened here</source>
        <translation>Hier lässt sich kein Fenster öffnen</translation>
    </message>
    <message>
        <source>Nothing that was said fits, so there is nothing to export. `mneme recall` shows what there is.</source>
        <translation>Nichts Gesagtes passt, daher gibt es nichts auszuführen. `mneme recall` zeigt, was es gibt.</translation>
    </message>
    <message>
        <source>Nothing that was said fits, so there is nothing to forget. `mneme recall` shows what there is.</source>
        <translation>Nichts Gesagtes passt, daher gibt es nichts zu vergessen. `mneme recall` zeigt, was es gibt.</translation>
    </message>
    <message>
        <source>Nothing was said in this private chat yet, so there is nothing to keep.</source>
        <translation>In diesem privaten Gespräch wurde noch nichts gesagt, daher gibt es nichts zu behalten.</translation>
    </message>
    <message>
        <source>Page {1} of {0} is damaged or takes too long to read, and was left out. The rest is there.</source>
        <translation>Seite {1} von {0} ist beschädigt oder zu langsam zu lesen und wurde ausgelassen. Der Rest ist da.</translation>
    </message>
    <message>
        <source>Pages {1} of {0} are damaged or take too long to read, and were left out. The rest is there.</source>
        <translation>Die Seiten {1} von {0} sind beschädigt oder zu langsam zu lesen und wurden ausgelassen. Der Rest ist da.</translation>
    </message>
    <message>
        <source>Reading along in a second context would not keep to the memory budget.</source>
        <translation>Das Mitlesen in einem zweiten Kontext hielte sich nicht an das Speicherbudget.</translation>
    </message>
    <message>
        <source>Reading along would need {0:.0f} MB more than is free.</source>
        <translation>Das Mitlesen bräuchte {0:.0f} MB mehr, als frei sind.</translation>
    </message>
    <message>
        <source>Reading {0} from its drive failed ({1}). See that the drive is connected and the file is whole; then ask again, and the model is loaded anew.</source>
        <translation>{0} konnte nicht vom Laufwerk gelesen werden ({1}). Sieh nach, ob das Laufwerk verbunden und die Datei heil ist; frage dann noch einmal, und das Modell wird neu geladen.</translation>
    </message>
    <message>
        <source>Reads longer passages at once than the embedded one. English.</source>
        <translation>Liest längere Abschnitte auf einmal als das mitgelieferte. Englisch.</translation>
    </message>
    <message>
        <source>Recall by meaning in and across fifty languages.</source>
        <translation>Abruf nach Bedeutung in fünfzig Sprachen und über sie hinweg.</translation>
    </message>
    <message>
        <source>Recall by meaning is not available</source>
        <translation>Abruf nach Bedeutung ist nicht verfügbar</translation>
    </message>
    <message>
        <source>Small and quick, eight languages.</source>
        <translation>Klein und schnell, acht Sprachen.</translation>
    </message>
    <message>
        <source>Something changed that this Mneme cannot tell.</source>
        <translation>Etwas hat sich geändert, was dieses Mneme nicht erzählen kann.</translation>
    </message>
    <message>
        <source>Something is still being erased. Start Mneme once, so that it ends, then restore again.</source>
        <translation>Es wird noch etwas gelöscht. Starte Mneme einmal, damit es endet, und stelle dann noch einmal wieder her.</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ging schief</translation>
    </message>
    <message>
        <source>Take another copy of it.</source>
        <translation>Nimm eine andere Kopie davon.</translation>
    </message>
    <message>
        <source>That cannot be used</source>
        <translation>Das ist nicht zu gebrauchen</translation>
    </message>
    <message>
        <source>The archive asks for more work than a passphrase needs. It is damaged, or was made to harm.</source>
        <translation>Das Archiv verlangt mehr Arbeit, als eine Passphrase braucht. Es ist beschädigt oder soll schaden.</translation>
    </message>
    <message>
        <source>The archive cannot be used</source>
        <translation>Das Archiv ist nicht zu gebrauchen</translation>
    </message>
    <message>
        <source>The archive has a member that no archive of Mneme has. It may have been made to harm.</source>
        <translation>Das Archiv hat einen Teil, den kein Archiv von Mneme hat. Es soll vielleicht schaden.</translation>
    </message>
    <message>
        <source>The archive has more members than one of Mneme&apos;s, or some twice. {0}</source>
        <translation>Das Archiv hat mehr Teile als eines von Mneme, oder manche doppelt. {0}</translation>
    </message>
    <message>
        <source>The archive has other members than its manifest says. {0}</source>
        <translation>Das Archiv hat andere Teile, als sein Manifest sagt. {0}</translation>
    </message>
    <message>
        <source>The archive is cut short. Take another copy of it.</source>
        <translation>Das Archiv ist abgeschnitten. Nimm eine andere Kopie davon.</translation>
    </message>
    <message>
        <source>The archive is damaged ({0}). {1}</source>
        <translation>Das Archiv ist beschädigt ({0}). {1}</translation>
    </message>
    <message>
        <source>The archive is damaged or was changed. Take another copy of it.</source>
        <translation>Das Archiv ist beschädigt oder wurde verändert. Nimm eine andere Kopie davon.</translation>
    </message>
    <message>
        <source>The archive is of a newer Mneme ({0}). Install that version to read it.</source>
        <translation>Das Archiv ist von einem neueren Mneme ({0}). Installiere diese Version, um es zu lesen.</translation>
    </message>
    <message>
        <source>The archive needs its passphrase</source>
        <translation>Das Archiv braucht seine Passphrase</translation>
    </message>
    <message>
        <source>The archive was made with a passphrase. Give it to open the archive.</source>
        <translation>Das Archiv wurde mit einer Passphrase gemacht. Gib sie an, um es zu öffnen.</translation>
    </message>
    <message>
        <source>The archive was written by a newer Mneme. Install that version to read it.</source>
        <translation>Das Archiv wurde von einem neueren Mneme geschrieben. Installiere diese Version, um es zu lesen.</translation>
    </message>
    <message>
        <source>The backup {0} did not verify ({1}) after the erasure. Delete the file.</source>
        <translation>Die Sicherung {0} ließ sich nach dem Löschen nicht prüfen ({1}). Lösche die Datei.</translation>
    </message>
    <message>
        <source>The backup {0} did not verify ({1}), so the store was left as it is.</source>
        <translation>Die Sicherung {0} ließ sich nicht prüfen ({1}), daher blieb das Gedächtnis, wie es ist.</translation>
    </message>
    <message>
        <source>The backup {0} is not sound ({1}). Take another one.</source>
        <translation>Die Sicherung {0} ist nicht heil ({1}). Nimm eine andere.</translation>
    </message>
    <message>
        <source>The backup {0} is of a newer Mneme (step {1}). Install that version.</source>
        <translation>Die Sicherung {0} ist von einem neueren Mneme (Schritt {1}). Installiere diese Version.</translation>
    </message>
    <message>
        <source>The catalogue has no model {0!r}. `mneme models` lists what it has.</source>
        <translation>Der Katalog hat kein Modell {0!r}. `mneme models` zeigt, was er hat.</translation>
    </message>
    <message>
        <source>The catalogue of models in {0} cannot be read: {1}.</source>
        <translation>Der Modellkatalog in {0} ist nicht lesbar: {1}.</translation>
    </message>
    <message>
        <source>The connection failed ({0}). Check the network and try again. {1}</source>
        <translation>Die Verbindung schlug fehl ({0}). Prüfe das Netz und versuche es noch einmal. {1}</translation>
    </message>
    <message>
        <source>The copy {0} did not verify ({1}); earlier copies stay. Try again.</source>
        <translation>Die Kopie {0} ließ sich nicht prüfen ({1}); frühere Kopien bleiben. Versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The diary has no line {0}. `mneme diary` lists them.</source>
        <translation>Das Tagebuch hat keine Zeile {0}. `mneme diary` zeigt sie.</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>Der Datenträger ist voll</translation>
    </message>
    <message>
        <source>The disk of {0} is full. What has come of {1} is kept; free some space and go on.</source>
        <translation>Der Datenträger von {0} ist voll. Was von {1} gekommen ist, bleibt; schaffe Platz und mache weiter.</translation>
    </message>
    <message>
        <source>The embedded model&apos;s larger sister. English.</source>
        <translation>Die größere Schwester des mitgelieferten Modells. Englisch.</translation>
    </message>
    <message>
        <source>The embedding model in {0} cannot be loaded ({1}). Run `mneme setup` to fetch it again, or choose another folder.</source>
        <translation>Das Einbettungsmodell in {0} lässt sich nicht laden ({1}). Hole es mit `mneme setup` noch einmal, oder wähle einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The embedding process could not be started: {0}.</source>
        <translation>Der Einbettungsprozess ließ sich nicht starten: {0}.</translation>
    </message>
    <message>
        <source>The embedding process ended; recall goes on by words and it starts again with the next question.</source>
        <translation>Der Einbettungsprozess endete; der Abruf geht nach Worten weiter, und er startet mit der nächsten Frage neu.</translation>
    </message>
    <message>
        <source>The file has no manifest, so it is no archive of Mneme. Choose a .mneme file.</source>
        <translation>Die Datei hat kein Manifest, ist also kein Archiv von Mneme. Wähle eine .mneme-Datei.</translation>
    </message>
    <message>
        <source>The file is no archive of Mneme, or is damaged ({0}). {1}</source>
        <translation>Die Datei ist kein Archiv von Mneme oder beschädigt ({0}). {1}</translation>
    </message>
    <message>
        <source>The file is no archive of Mneme. Choose a .mneme file.</source>
        <translation>Die Datei ist kein Archiv von Mneme. Wähle eine .mneme-Datei.</translation>
    </message>
    <message>
        <source>The hub answered with an error ({0}). Try again later. {1}</source>
        <translation>Der Hub antwortete mit einem Fehler ({0}). Versuche es später noch einmal. {1}</translation>
    </message>
    <message>
        <source>The hub does not have {0} any more. Choose another model.</source>
        <translation>Der Hub hat {0} nicht mehr. Wähle ein anderes Modell.</translation>
    </message>
    <message>
        <source>The last night would have put {0} of {1} memories out of sight, and asks you first.</source>
        <translation>Die letzte Nacht hätte {0} von {1} Erinnerungen aus dem Blick genommen und fragt dich vorher.</translation>
    </message>
    <message>
        <source>The list of network calls in {0} cannot be read.</source>
        <translation>Die Liste der Netzzugriffe in {0} ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The makers of {0} want an account and their terms accepted first. Choose another model.</source>
        <translation>Die Hersteller von {0} wollen erst ein Konto und die Zustimmung zu ihren Bedingungen. Wähle ein anderes Modell.</translation>
    </message>
    <message>
        <source>The manifest of the archive is damaged. {0}</source>
        <translation>Das Manifest des Archivs ist beschädigt. {0}</translation>
    </message>
    <message>
        <source>The measurement was stopped.</source>
        <translation>Die Messung wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The memory budget cannot be kept: {0}.</source>
        <translation>Das Speicherbudget kann nicht eingehalten werden: {0}.</translation>
    </message>
    <message>
        <source>The memory store cannot be used</source>
        <translation>Das Gedächtnis ist nicht zu gebrauchen</translation>
    </message>
    <message>
        <source>The memory store cannot be written</source>
        <translation>Das Gedächtnis ist nicht beschreibbar</translation>
    </message>
    <message>
        <source>The memory store is busy</source>
        <translation>Das Gedächtnis ist beschäftigt</translation>
    </message>
    <message>
        <source>The memory store is damaged</source>
        <translation>Das Gedächtnis ist beschädigt</translation>
    </message>
    <message>
        <source>The memory store is from a newer Mneme</source>
        <translation>Das Gedächtnis ist von einem neueren Mneme</translation>
    </message>
    <message>
        <source>The memory store {0} cannot be used ({1}). Choose another data folder.</source>
        <translation>Das Gedächtnis {0} ist nicht zu gebrauchen ({1}). Wähle einen anderen Datenordner.</translation>
    </message>
    <message>
        <source>The memory store {0} reported: {1}. Nothing that was stored is lost; try again.</source>
        <translation>Das Gedächtnis {0} meldete: {1}. Nichts Gespeichertes ist verloren; versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The message is empty. Write something first.</source>
        <translation>Die Nachricht ist leer. Schreibe zuerst etwas.</translation>
    </message>
    <message>
        <source>The message is too long for the model</source>
        <translation>Die Nachricht ist zu lang für das Modell</translation>
    </message>
    <message>
        <source>The model cannot answer</source>
        <translation>Das Modell kann nicht antworten</translation>
    </message>
    <message>
        <source>The model could not be fetched</source>
        <translation>Das Modell ließ sich nicht laden</translation>
    </message>
    <message>
        <source>The model could not go on (llama.cpp returned {0}). Ask again, or start a new chat.</source>
        <translation>Das Modell kam nicht weiter (llama.cpp meldete {0}). Frage noch einmal, oder beginne ein neues Gespräch.</translation>
    </message>
    <message>
        <source>The model could not read on (llama.cpp returned {0}).</source>
        <translation>Das Modell konnte nicht weiterlesen (llama.cpp meldete {0}).</translation>
    </message>
    <message>
        <source>The model does not fit into memory</source>
        <translation>Das Modell passt nicht in den Arbeitsspeicher</translation>
    </message>
    <message>
        <source>The model file cannot be read</source>
        <translation>Die Modelldatei ist nicht lesbar</translation>
    </message>
    <message>
        <source>The model file is missing</source>
        <translation>Die Modelldatei fehlt</translation>
    </message>
    <message>
        <source>The model loaded, but there was no memory left for its context. Set a smaller context.</source>
        <translation>Das Modell ist geladen, aber für seinen Kontext war kein Speicher übrig. Stelle einen kleineren Kontext ein.</translation>
    </message>
    <message>
        <source>The model stopped</source>
        <translation>Das Modell hielt an</translation>
    </message>
    <message>
        <source>The model&apos;s file cannot be reached</source>
        <translation>Die Datei des Modells ist nicht erreichbar</translation>
    </message>
    <message>
        <source>The model&apos;s process ended in the middle. What it had said is kept; ask again and it starts anew.</source>
        <translation>Der Prozess des Modells endete mittendrin. Was es gesagt hatte, bleibt; frage noch einmal, und es startet neu.</translation>
    </message>
    <message>
        <source>The models folder {0} cannot be written ({1}). Free some space, or choose another folder.</source>
        <translation>Der Modellordner {0} ist nicht beschreibbar ({1}). Schaffe Platz, oder wähle einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The new value is empty. Write what is true instead.</source>
        <translation>Der neue Wert ist leer. Schreibe, was stattdessen wahr ist.</translation>
    </message>
    <message>
        <source>The prompt takes {0} tokens and the model holds {1}.</source>
        <translation>Die Eingabe braucht {0} Tokens, und das Modell fasst {1}.</translation>
    </message>
    <message>
        <source>The reading was stopped.</source>
        <translation>Das Lesen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The setting {0!r} cannot be {1!r}. Use a value like {2!r}.</source>
        <translation>Die Einstellung {0!r} kann nicht {1!r} sein. Nimm einen Wert wie {2!r}.</translation>
    </message>
    <message>
        <source>The settings could not be written to {0} ({1}). The old ones stay.</source>
        <translation>Die Einstellungen konnten nicht nach {0} geschrieben werden ({1}). Die alten bleiben.</translation>
    </message>
    <message>
        <source>The settings in {0} are not a JSON object. Correct the file, or delete it.</source>
        <translation>Die Einstellungen in {0} sind kein JSON-Objekt. Berichtige die Datei, oder lösche sie.</translation>
    </message>
    <message>
        <source>The settings in {0} cannot be read. Correct the file, or delete it.</source>
        <translation>Die Einstellungen in {0} sind nicht lesbar. Berichtige die Datei, oder lösche sie.</translation>
    </message>
    <message>
        <source>The settings name {0!r}, which recall does not have. {1}</source>
        <translation>Die Einstellungen nennen {0!r}, was der Abruf nicht hat. {1}</translation>
    </message>
    <message>
        <source>The settings name {0!r}, which sleep does not have. Its parts are {1}.</source>
        <translation>Die Einstellungen nennen {0!r}, was der Schlaf nicht hat. Seine Teile sind {1}.</translation>
    </message>
    <message>
        <source>The space that this came from is not there any more. There is nothing left to undo.</source>
        <translation>Den Bereich, aus dem dies kam, gibt es nicht mehr. Es ist nichts zurückzunehmen.</translation>
    </message>
    <message>
        <source>There is a space {0!r} already. Choose another name.</source>
        <translation>Es gibt schon einen Bereich {0!r}. Wähle einen anderen Namen.</translation>
    </message>
    <message>
        <source>There is no backup {0!r}. `mneme restore` lists them.</source>
        <translation>Es gibt keine Sicherung {0!r}. `mneme restore` zeigt sie.</translation>
    </message>
    <message>
        <source>There is no embedding model in {0}. Run `mneme setup`, or choose another folder.</source>
        <translation>In {0} ist kein Einbettungsmodell. Starte `mneme setup`, oder wähle einen anderen Ordner.</translation>
    </message>
    <message>
        <source>There is no fact {0}. `mneme facts` lists them with their numbers.</source>
        <translation>Es gibt keine Tatsache {0}. `mneme facts` zeigt sie mit ihren Nummern.</translation>
    </message>
    <message>
        <source>There is no file at {0}. Check the name.</source>
        <translation>Es gibt keine Datei {0}. Prüfe den Namen.</translation>
    </message>
    <message>
        <source>There is no file {0}. {1}</source>
        <translation>Es gibt keine Datei {0}. {1}</translation>
    </message>
    <message>
        <source>There is no model at {0}. Choose another file, or run `mneme setup`.</source>
        <translation>In {0} ist kein Modell. Wähle eine andere Datei, oder starte `mneme setup`.</translation>
    </message>
    <message>
        <source>There is no room left where {0} lies, so this was not stored. Free some space and try again.</source>
        <translation>Wo {0} liegt, ist kein Platz mehr, daher wurde dies nicht gespeichert. Schaffe Platz und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>There was no memory left to read a conversation again.</source>
        <translation>Es war kein Speicher übrig, um ein Gespräch noch einmal zu lesen.</translation>
    </message>
    <message>
        <source>These episodes are not there any more. There is nothing left to undo.</source>
        <translation>Diese Episoden gibt es nicht mehr. Es ist nichts zurückzunehmen.</translation>
    </message>
    <message>
        <source>These facts are of different spaces. Move them to one, and merge them there.</source>
        <translation>Diese Tatsachen sind aus verschiedenen Bereichen. Verschiebe sie in einen und lege sie dort zusammen.</translation>
    </message>
    <message>
        <source>These keys have been made anew since, or are gone. There is nothing left to undo.</source>
        <translation>Diese Schlüssel wurden seither neu gemacht oder sind fort. Es ist nichts zurückzunehmen.</translation>
    </message>
    <message>
        <source>These links have been made anew since, or are gone. There is nothing left to undo.</source>
        <translation>Diese Verbindungen wurden seither neu gemacht oder sind fort. Es ist nichts zurückzunehmen.</translation>
    </message>
    <message>
        <source>These messages are not there any more.</source>
        <translation>Diese Nachrichten gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>This change cannot be undone.</source>
        <translation>Diese Änderung lässt sich nicht zurücknehmen.</translation>
    </message>
    <message>
        <source>This conversation and its notes are longer than the model can hold. Start a new chat, or set a larger context; nothing is lost, and the new chat remembers this one.</source>
        <translation>Dieses Gespräch ist mit seinen Notizen länger, als das Modell fasst. Beginne ein neues, oder stelle einen größeren Kontext ein; nichts ist verloren, und das neue Gespräch erinnert sich an dieses.</translation>
    </message>
    <message>
        <source>This conversation is no longer there. Start a new one; your text is still in the field.</source>
        <translation>Dieses Gespräch gibt es nicht mehr. Beginne ein neues; dein Text steht noch im Feld.</translation>
    </message>
    <message>
        <source>This is a fault in Mneme, not yours: {0}. The log has the details.</source>
        <translation>Das ist ein Fehler in Mneme, nicht deiner: {0}. Im Protokoll steht Näheres.</translation>
    </message>
    <message>
        <source>This is in no episode yet. Episodes are made a few minutes after something was said; try again then.</source>
        <translation>Das ist noch in keiner Episode. Episoden entstehen einige Minuten, nachdem etwas gesagt wurde; versuche es dann noch einmal.</translation>
    </message>
    <message>
        <source>This memory is not there any more.</source>
        <translation>Diese Erinnerung gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>This passphrase does not open the archive, or its beginning is damaged. Try the passphrase again.</source>
        <translation>Diese Passphrase öffnet das Archiv nicht, oder sein Anfang ist beschädigt. Versuche die Passphrase noch einmal.</translation>
    </message>
    <message>
        <source>This private chat is no longer there. What was said in it was not written.</source>
        <translation>Dieses private Gespräch gibt es nicht mehr. Was darin gesagt wurde, wurde nicht geschrieben.</translation>
    </message>
    <message>
        <source>This space is no longer there.</source>
        <translation>Diesen Bereich gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>Thorough, for a machine with 16 GB.</source>
        <translation>Gründlich, für einen Rechner mit 16 GB.</translation>
    </message>
    <message>
        <source>Tonight would change much</source>
        <translation>Diese Nacht würde viel ändern</translation>
    </message>
    <message>
        <source>Two memories came back together and are linked more firmly</source>
        <translation>Zwei Erinnerungen kamen zusammen zurück und sind fester verbunden</translation>
    </message>
    <message>
        <source>Two memories from different talks are about the same and are linked now</source>
        <translation>Zwei Erinnerungen aus verschiedenen Gesprächen handeln vom Gleichen und sind jetzt verbunden</translation>
    </message>
    <message>
        <source>What has come is kept, and the next try goes on from there.</source>
        <translation>Was gekommen ist, bleibt, und der nächste Versuch macht dort weiter.</translation>
    </message>
    <message>
        <source>What the model holds could not be kept in {0} ({1}). Nothing is lost: it is read again when it is needed. Free some space, or allow less for it in the settings.</source>
        <translation>Was das Modell hält, konnte nicht in {0} behalten werden ({1}). Nichts ist verloren: Es wird wieder gelesen, wenn es gebraucht wird. Schaffe Platz, oder erlaube dafür in den Einstellungen weniger.</translation>
    </message>
    <message>
        <source>What this was about has been erased.</source>
        <translation>Wovon dies handelte, wurde gelöscht.</translation>
    </message>
    <message>
        <source>What this was about has been erased. There is nothing left to undo.</source>
        <translation>Wovon dies handelte, wurde gelöscht. Es ist nichts zurückzunehmen.</translation>
    </message>
    <message>
        <source>What was merged is not there any more.</source>
        <translation>Was zusammengelegt wurde, gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>What {0} is cannot be told. {1}</source>
        <translation>Was {0} ist, lässt sich nicht sagen. {1}</translation>
    </message>
    <message>
        <source>Writes well, also beyond English.</source>
        <translation>Schreibt gut, auch jenseits des Englischen.</translation>
    </message>
    <message>
        <source>You merged {0} and {1} into one.</source>
        <translation>Du hast {0} und {1} zu einer zusammengelegt.</translation>
    </message>
    <message>
        <source>You merged {0} memories into one: “{1}”.</source>
        <translation>Du hast {0} Erinnerungen zu einer zusammengelegt: „{1}“.</translation>
    </message>
    <message>
        <source>You merged {0} with what says the same.</source>
        <translation>Du hast {0} mit dem zusammengelegt, was dasselbe sagt.</translation>
    </message>
    <message>
        <source>You moved {0} conversations, such as “{1}”.</source>
        <translation>Du hast {0} Gespräche verschoben, etwa „{1}“.</translation>
    </message>
    <message>
        <source>You moved {0} memories, such as “{1}”.</source>
        <translation>Du hast {0} Erinnerungen verschoben, etwa „{1}“.</translation>
    </message>
    <message>
        <source>You moved “{0}” to another space.</source>
        <translation>Du hast „{0}“ in einen anderen Bereich verschoben.</translation>
    </message>
    <message>
        <source>You said something again; it now stands for itself.</source>
        <translation>Du hast etwas noch einmal gesagt; es steht jetzt für sich.</translation>
    </message>
    <message>
        <source>You took back {0} facts, such as {1}.</source>
        <translation>Du hast {0} Tatsachen zurückgenommen, etwa {1}.</translation>
    </message>
    <message>
        <source>You took back {0}.</source>
        <translation>Du hast {0} zurückgenommen.</translation>
    </message>
    <message>
        <source>You worded a memory anew.</source>
        <translation>Du hast eine Erinnerung neu gefasst.</translation>
    </message>
    <message>
        <source>You worded a memory anew: “{0}”.</source>
        <translation>Du hast eine Erinnerung neu gefasst: „{0}“.</translation>
    </message>
    <message>
        <source>a change is about something unknown</source>
        <translation>eine Änderung handelt von etwas Unbekanntem</translation>
    </message>
    <message>
        <source>a copy in 1 backup</source>
        <translation>eine Kopie in 1 Sicherung</translation>
    </message>
    <message>
        <source>a list is missing</source>
        <translation>eine Liste fehlt</translation>
    </message>
    <message>
        <source>a memory is linked with itself</source>
        <translation>eine Erinnerung ist mit sich selbst verbunden</translation>
    </message>
    <message>
        <source>a pair is missing</source>
        <translation>ein Paar fehlt</translation>
    </message>
    <message>
        <source>a row is not an object</source>
        <translation>eine Zeile ist kein Objekt</translation>
    </message>
    <message>
        <source>an object is missing</source>
        <translation>ein Objekt fehlt</translation>
    </message>
    <message>
        <source>asked about {0}</source>
        <translation>nach {0} gefragt</translation>
    </message>
    <message>
        <source>between {0} and {1}</source>
        <translation>zwischen {0} und {1}</translation>
    </message>
    <message>
        <source>cached prompt</source>
        <translation>vorgehaltene Eingabe</translation>
    </message>
    <message>
        <source>cached prompts</source>
        <translation>vorgehaltene Eingaben</translation>
    </message>
    <message>
        <source>close in meaning</source>
        <translation>nah in der Bedeutung</translation>
    </message>
    <message>
        <source>close in meaning with what was said before it</source>
        <translation>nah in der Bedeutung, mit dem zuvor Gesagten</translation>
    </message>
    <message>
        <source>conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>conversations</source>
        <translation>Gespräche</translation>
    </message>
    <message>
        <source>copies in {0} backups</source>
        <translation>Kopien in {0} Sicherungen</translation>
    </message>
    <message>
        <source>episode</source>
        <translation>Episode</translation>
    </message>
    <message>
        <source>episodes</source>
        <translation>Episoden</translation>
    </message>
    <message>
        <source>experts from flash</source>
        <translation>Experten von Flash</translation>
    </message>
    <message>
        <source>fact</source>
        <translation>Tatsache</translation>
    </message>
    <message>
        <source>facts</source>
        <translation>Tatsachen</translation>
    </message>
    <message>
        <source>from {0}</source>
        <translation>aus {0}</translation>
    </message>
    <message>
        <source>has a damaged header</source>
        <translation>hat einen beschädigten Kopf</translation>
    </message>
    <message>
        <source>has {0}</source>
        <translation>enthält {0}</translation>
    </message>
    <message>
        <source>in memory</source>
        <translation>im Speicher</translation>
    </message>
    <message>
        <source>in the space {0}</source>
        <translation>im Bereich {0}</translation>
    </message>
    <message>
        <source>in {0}</source>
        <translation>in {0}</translation>
    </message>
    <message>
        <source>in {0}, {1}</source>
        <translation>in {0}, {1}</translation>
    </message>
    <message>
        <source>index entries</source>
        <translation>Verzeichniseinträge</translation>
    </message>
    <message>
        <source>index entry</source>
        <translation>Verzeichniseintrag</translation>
    </message>
    <message>
        <source>is cut short: part of the model is missing</source>
        <translation>ist abgeschnitten: Ein Teil des Modells fehlt</translation>
    </message>
    <message>
        <source>is nested too deep</source>
        <translation>ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>is no moment with a time zone</source>
        <translation>ist kein Zeitpunkt mit Zeitzone</translation>
    </message>
    <message>
        <source>is none of the words it may be</source>
        <translation>ist keines der erlaubten Wörter</translation>
    </message>
    <message>
        <source>is not JSON</source>
        <translation>ist kein JSON</translation>
    </message>
    <message>
        <source>is not a GGUF model</source>
        <translation>ist kein GGUF-Modell</translation>
    </message>
    <message>
        <source>is not a name</source>
        <translation>ist kein Name</translation>
    </message>
    <message>
        <source>is not a number</source>
        <translation>ist keine Zahl</translation>
    </message>
    <message>
        <source>is not a whole number</source>
        <translation>ist keine ganze Zahl</translation>
    </message>
    <message>
        <source>is not text</source>
        <translation>ist kein Text</translation>
    </message>
    <message>
        <source>is not the JSON it should be</source>
        <translation>ist nicht das JSON, das es sein sollte</translation>
    </message>
    <message>
        <source>it would take at least {0:.0f} MB</source>
        <translation>es bräuchte mindestens {0:.0f} MB</translation>
    </message>
    <message>
        <source>layers from flash</source>
        <translation>Schichten von Flash</translation>
    </message>
    <message>
        <source>leads nowhere</source>
        <translation>führt nirgendwohin</translation>
    </message>
    <message>
        <source>line of a summary</source>
        <translation>Zeile einer Zusammenfassung</translation>
    </message>
    <message>
        <source>line {0}</source>
        <translation>Zeile {0}</translation>
    </message>
    <message>
        <source>lines of summaries</source>
        <translation>Zeilen von Zusammenfassungen</translation>
    </message>
    <message>
        <source>lines {0} to {1}</source>
        <translation>Zeilen {0} bis {1}</translation>
    </message>
    <message>
        <source>link</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>links</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>llama-cpp-python is {0}, and {1} is what this was made for</source>
        <translation>llama-cpp-python ist {0}, gemacht ist dies für {1}</translation>
    </message>
    <message>
        <source>llama.cpp could not write {0} as {1}; the log has the details.</source>
        <translation>llama.cpp konnte {0} nicht als {1} schreiben; im Protokoll steht Näheres.</translation>
    </message>
    <message>
        <source>llama.cpp does not take this grammar.</source>
        <translation>llama.cpp nimmt diese Grammatik nicht an.</translation>
    </message>
    <message>
        <source>llama.cpp does not use {0}</source>
        <translation>llama.cpp benutzt {0} nicht</translation>
    </message>
    <message>
        <source>llama.cpp holds {0} otherwise than the file does</source>
        <translation>llama.cpp hält {0} anders als die Datei</translation>
    </message>
    <message>
        <source>llama.cpp may place weights on a GPU</source>
        <translation>llama.cpp könnte Gewichte auf eine GPU legen</translation>
    </message>
    <message>
        <source>llama.cpp reads {0} in parts</source>
        <translation>llama.cpp liest {0} in Teilen</translation>
    </message>
    <message>
        <source>llama.cpp reports no graph</source>
        <translation>llama.cpp meldet keinen Graphen</translation>
    </message>
    <message>
        <source>llama.cpp will not load {0}: the file is damaged, or of a kind this version does not know. Choose another GGUF file; the log has the details.</source>
        <translation>llama.cpp lädt {0} nicht: Die Datei ist beschädigt oder von einer Art, die diese Version nicht kennt. Wähle eine andere GGUF-Datei; im Protokoll steht Näheres.</translation>
    </message>
    <message>
        <source>mapped by the system</source>
        <translation>vom System abgebildet</translation>
    </message>
    <message>
        <source>message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>messages of several conversations are mixed</source>
        <translation>Nachrichten mehrerer Gespräche sind vermischt</translation>
    </message>
    <message>
        <source>names somebody or something that a match names</source>
        <translation>nennt jemanden oder etwas, was ein Treffer nennt</translation>
    </message>
    <message>
        <source>no longer so since {0}</source>
        <translation>nicht mehr so seit {0}</translation>
    </message>
    <message>
        <source>not so</source>
        <translation>nicht so</translation>
    </message>
    <message>
        <source>on {0}</source>
        <translation>am {0}</translation>
    </message>
    <message>
        <source>output of {0}</source>
        <translation>Ausgabe von {0}</translation>
    </message>
    <message>
        <source>page {0}</source>
        <translation>Seite {0}</translation>
    </message>
    <message>
        <source>record of what a reply was shown</source>
        <translation>Vermerk, was einer Antwort gezeigt wurde</translation>
    </message>
    <message>
        <source>records of what replies were shown</source>
        <translation>Vermerke, was Antworten gezeigt wurde</translation>
    </message>
    <message>
        <source>said beside a match</source>
        <translation>neben einem Treffer gesagt</translation>
    </message>
    <message>
        <source>said by the assistant</source>
        <translation>vom Assistenten gesagt</translation>
    </message>
    <message>
        <source>said by you</source>
        <translation>von dir gesagt</translation>
    </message>
    <message>
        <source>said by {0}</source>
        <translation>von {0} gesagt</translation>
    </message>
    <message>
        <source>said on {0}</source>
        <translation>gesagt am {0}</translation>
    </message>
    <message>
        <source>summaries</source>
        <translation>Zusammenfassungen</translation>
    </message>
    <message>
        <source>summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>tells of “{0}”</source>
        <translation>erzählt von „{0}“</translation>
    </message>
    <message>
        <source>the drive of the model does not offer direct reads</source>
        <translation>das Laufwerk des Modells bietet kein direktes Lesen</translation>
    </message>
    <message>
        <source>the model is quantised in a way that Mneme does not know</source>
        <translation>das Modell ist auf eine Art quantisiert, die Mneme nicht kennt</translation>
    </message>
    <message>
        <source>the model is split into several files</source>
        <translation>das Modell ist auf mehrere Dateien verteilt</translation>
    </message>
    <message>
        <source>this llama.cpp lays out tensors in a way that Mneme does not know</source>
        <translation>dieses llama.cpp legt Tensoren auf eine Art an, die Mneme nicht kennt</translation>
    </message>
    <message>
        <source>this model&apos;s layers are computed in an order that Mneme does not know</source>
        <translation>die Schichten dieses Modells werden in einer Reihenfolge berechnet, die Mneme nicht kennt</translation>
    </message>
    <message>
        <source>this system has no direct reads that Mneme knows</source>
        <translation>dieses System hat kein direktes Lesen, das Mneme kennt</translation>
    </message>
    <message>
        <source>this system&apos;s pages are of an unusual size</source>
        <translation>die Speicherseiten dieses Systems haben eine ungewöhnliche Größe</translation>
    </message>
    <message>
        <source>you asked me to remember it</source>
        <translation>du wolltest, dass ich es mir merke</translation>
    </message>
    <message>
        <source>{0!r} goes back from {1}</source>
        <translation>{0!r} führt zurück von {1}</translation>
    </message>
    <message>
        <source>{0:.0%} of the experts fit beside what every token needs; about {1:.0%} of those asked for will be there, the others are read {2} at a time.</source>
        <translation>{0:.0%} der Experten passen neben das, was jedes Token braucht; etwa {1:.0%} der gefragten sind dann da, die anderen werden zu je {2} auf einmal gelesen.</translation>
    </message>
    <message>
        <source>{0:.0%} of the weights stay; {1:.0f} MB pass through memory for each token, read ahead {2} at a time.</source>
        <translation>{0:.0%} der Gewichte bleiben; {1:.0f} MB gehen für jedes Token durch den Speicher, zu je {2} im Voraus gelesen.</translation>
    </message>
    <message>
        <source>{0:.1f} GB are still to come, and {1:.1f} GB are free in {2}. Free some space, or choose another folder for models; what has come is kept.</source>
        <translation>{0:.1f} GB fehlen noch, und {1:.1f} GB sind in {2} frei. Schaffe Platz, oder wähle einen anderen Ordner für Modelle; was gekommen ist, bleibt.</translation>
    </message>
    <message>
        <source>{0} and the list of its spans are of different length.</source>
        <translation>{0} und die Liste seiner Abschnitte sind verschieden lang.</translation>
    </message>
    <message>
        <source>{0} came with other bytes than the hub says it has ({1}… for {2}…). Nothing of it was kept. Try again; if it happens twice, choose another model.</source>
        <translation>{0} kam mit anderen Bytes, als der Hub angibt ({1}… statt {2}…). Nichts davon wurde behalten. Versuche es noch einmal; geschieht es zweimal, wähle ein anderes Modell.</translation>
    </message>
    <message>
        <source>{0} cannot be opened ({1}). Choose a .mneme file.</source>
        <translation>{0} lässt sich nicht öffnen ({1}). Wähle eine .mneme-Datei.</translation>
    </message>
    <message>
        <source>{0} cannot be opened. Check that the folder exists and that you may write to it.</source>
        <translation>{0} lässt sich nicht öffnen. Prüfe, ob es den Ordner gibt und ob du hineinschreiben darfst.</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}). Check that you may open it.</source>
        <translation>{0} ist nicht lesbar ({1}). Prüfe, ob du es öffnen darfst.</translation>
    </message>
    <message>
        <source>{0} cannot be read as an export ({1}). {2}</source>
        <translation>{0} lässt sich nicht als Export lesen ({1}). {2}</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}.</source>
        <translation>{0} ist nicht lesbar: {1}.</translation>
    </message>
    <message>
        <source>{0} could not be downloaded: {1}. Check the network and run `mneme setup` again.</source>
        <translation>{0} konnte nicht geladen werden: {1}. Prüfe das Netz und starte `mneme setup` noch einmal.</translation>
    </message>
    <message>
        <source>{0} could not be fetched ({1}). {2}</source>
        <translation>{0} konnte nicht geholt werden ({1}). {2}</translation>
    </message>
    <message>
        <source>{0} does not have {1} any more. Choose another model.</source>
        <translation>{0} hat {1} nicht mehr. Wähle ein anderes Modell.</translation>
    </message>
    <message>
        <source>{0} does not verify ({1}). Nothing was changed. Put a copy from {2} in its place, or choose another data folder.</source>
        <translation>{0} ließ sich nicht prüfen ({1}). Nichts wurde geändert. Setze eine Kopie aus {2} an die Stelle, oder wähle einen anderen Datenordner.</translation>
    </message>
    <message>
        <source>{0} episodes are archived, such as “{1}” of {2}.</source>
        <translation>{0} Episoden sind archiviert, etwa „{1}“ vom {2}.</translation>
    </message>
    <message>
        <source>{0} episodes are kept, such as “{1}” of {2}.</source>
        <translation>{0} Episoden bleiben, etwa „{1}“ vom {2}.</translation>
    </message>
    <message>
        <source>{0} episodes are vivid again, such as “{1}” of {2}.</source>
        <translation>{0} Episoden sind wieder lebendig, etwa „{1}“ vom {2}.</translation>
    </message>
    <message>
        <source>{0} episodes belong to what was said {1} about {2}: {3}</source>
        <translation>{0} Episoden gehören zu dem, was {1} über {2} gesagt wurde: {3}</translation>
    </message>
    <message>
        <source>{0} episodes came together under a theme that is gone.</source>
        <translation>{0} Episoden kamen zu einem Thema, das es nicht mehr gibt.</translation>
    </message>
    <message>
        <source>{0} episodes fade, such as “{1}” of {2}.</source>
        <translation>{0} Episoden verblassen, etwa „{1}“ vom {2}.</translation>
    </message>
    <message>
        <source>{0} episodes may fade again, such as “{1}” of {2}.</source>
        <translation>{0} Episoden dürfen wieder verblassen, etwa „{1}“ vom {2}.</translation>
    </message>
    <message>
        <source>{0} has another form than it should. {1}</source>
        <translation>{0} hat eine andere Form, als es sollte. {1}</translation>
    </message>
    <message>
        <source>{0} has no {1} in it. {2}</source>
        <translation>{0} enthält kein {1}. {2}</translation>
    </message>
    <message>
        <source>{0} has {1:,} characters of text; Mneme takes {2:,} at most. Split it in parts.</source>
        <translation>{0} hat {1:,} Zeichen Text; Mneme nimmt höchstens {2:,}. Teile es auf.</translation>
    </message>
    <message>
        <source>{0} holds no Markdown. {1}</source>
        <translation>{0} enthält kein Markdown. {1}</translation>
    </message>
    <message>
        <source>{0} holds no chats of GPT4All. {1}</source>
        <translation>{0} enthält keine Gespräche von GPT4All. {1}</translation>
    </message>
    <message>
        <source>{0} holds no conversations of LM Studio. {1}</source>
        <translation>{0} enthält keine Gespräche von LM Studio. {1}</translation>
    </message>
    <message>
        <source>{0} holds no threads of Jan. {1}</source>
        <translation>{0} enthält keine Gespräche von Jan. {1}</translation>
    </message>
    <message>
        <source>{0} holds other weights than expected (SHA-256 {1}). Nothing was installed; run `mneme setup` again, and report this if it happens twice.</source>
        <translation>{0} enthält andere Gewichte als erwartet (SHA-256 {1}). Nichts wurde installiert; starte `mneme setup` noch einmal, und melde es, wenn es zweimal geschieht.</translation>
    </message>
    <message>
        <source>{0} holds pictures of pages and no text, as a scan does. Run text recognition (OCR) on it first, then attach the result.</source>
        <translation>{0} enthält Bilder von Seiten und keinen Text, wie ein Scan. Lass erst eine Texterkennung (OCR) darüber laufen und hänge dann das Ergebnis an.</translation>
    </message>
    <message>
        <source>{0} holds what is no number. {1}</source>
        <translation>{0} enthält, was keine Zahl ist. {1}</translation>
    </message>
    <message>
        <source>{0} is a folder. Choose the files in it.</source>
        <translation>{0} ist ein Ordner. Wähle die Dateien darin.</translation>
    </message>
    <message>
        <source>{0} is a part of a model or a companion to one, no chat model. Choose another file.</source>
        <translation>{0} ist ein Teil oder Begleiter eines Modells, kein Gesprächsmodell. Wähle eine andere Datei.</translation>
    </message>
    <message>
        <source>{0} is cut short. {1}</source>
        <translation>{0} ist abgeschnitten. {1}</translation>
    </message>
    <message>
        <source>{0} is damaged, or no PDF that can be read ({1}). Open it in a viewer and save it anew.</source>
        <translation>{0} ist beschädigt oder kein lesbares PDF ({1}). Öffne es in einem Betrachter und speichere es neu.</translation>
    </message>
    <message>
        <source>{0} is empty. Choose a file with some text in it.</source>
        <translation>{0} ist leer. Wähle eine Datei mit etwas Text darin.</translation>
    </message>
    <message>
        <source>{0} is locked with a password. Save a copy without one, and attach that.</source>
        <translation>{0} ist mit einem Passwort verschlossen. Speichere eine Kopie ohne Passwort und hänge diese an.</translation>
    </message>
    <message>
        <source>{0} is no array. {1}</source>
        <translation>{0} ist kein Feld von Zahlen. {1}</translation>
    </message>
    <message>
        <source>{0} is no longer {1}.</source>
        <translation>{0} ist nicht mehr {1}.</translation>
    </message>
    <message>
        <source>{0} is not a list of chats. {1}</source>
        <translation>{0} ist keine Liste von Gesprächen. {1}</translation>
    </message>
    <message>
        <source>{0} is not a list of conversations. {1}</source>
        <translation>{0} ist keine Liste von Gesprächen. {1}</translation>
    </message>
    <message>
        <source>{0} is not a list of memories. {1}</source>
        <translation>{0} ist keine Liste von Erinnerungen. {1}</translation>
    </message>
    <message>
        <source>{0} is not a sound Mneme store ({1}). Nothing was changed. Put a copy from {2} in its place, or choose another data folder.</source>
        <translation>{0} ist kein heiles Gedächtnis von Mneme ({1}). Nichts wurde geändert. Setze eine Kopie aus {2} an die Stelle, oder wähle einen anderen Datenordner.</translation>
    </message>
    <message>
        <source>{0} is not as it was written. {1}</source>
        <translation>{0} ist nicht, wie es geschrieben wurde. {1}</translation>
    </message>
    <message>
        <source>{0} is not as long as it was written. {1}</source>
        <translation>{0} ist nicht so lang, wie es geschrieben wurde. {1}</translation>
    </message>
    <message>
        <source>{0} is not empty. Choose a new folder, so that nothing in it is overwritten.</source>
        <translation>{0} ist nicht leer. Wähle einen neuen Ordner, damit nichts darin überschrieben wird.</translation>
    </message>
    <message>
        <source>{0} is not in the order of its spans.</source>
        <translation>{0} folgt nicht der Reihe seiner Abschnitte.</translation>
    </message>
    <message>
        <source>{0} is not text. Mneme reads text, Markdown, code and PDF files; save it as one of these.</source>
        <translation>{0} ist kein Text. Mneme liest Text, Markdown, Code und PDF; speichere es als eines davon.</translation>
    </message>
    <message>
        <source>{0} is {1:,.0f} MB; Mneme takes files of {2} MB at most. Split it, or attach the part that matters.</source>
        <translation>{0} hat {1:,.0f} MB; Mneme nimmt Dateien von höchstens {2} MB. Teile sie, oder hänge den Teil an, auf den es ankommt.</translation>
    </message>
    <message>
        <source>{0} needs about {1:.1f} GB with this context, and {2:.1f} GB are free. {3} Close other programs, choose a smaller model or context, or turn on “load anyway” in the settings.</source>
        <translation>{0} braucht mit diesem Kontext etwa {1:.1f} GB, und {2:.1f} GB sind frei. {3} Schließe andere Programme, wähle ein kleineres Modell oder einen kleineren Kontext, oder schalte in den Einstellungen „trotzdem laden“ ein.</translation>
    </message>
    <message>
        <source>{0} pairs of memories came back together and are linked more firmly</source>
        <translation>{0} Paare von Erinnerungen kamen zusammen zurück und sind fester verbunden</translation>
    </message>
    <message>
        <source>{0} pairs of memories from different talks are about the same and are linked now</source>
        <translation>{0} Paare von Erinnerungen aus verschiedenen Gesprächen handeln vom Gleichen und sind jetzt verbunden</translation>
    </message>
    <message>
        <source>{0} takes too long to read. Save the pages that matter as a PDF of their own.</source>
        <translation>{0} zu lesen dauert zu lange. Speichere die Seiten, auf die es ankommt, als eigenes PDF.</translation>
    </message>
    <message>
        <source>{0} was written by a newer Mneme (step {1}). Install that version, or choose another data folder. Nothing was changed.</source>
        <translation>{0} wurde von einem neueren Mneme geschrieben (Schritt {1}). Installiere diese Version, oder wähle einen anderen Datenordner. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>{0} was {1}; now it is “{2}”.</source>
        <translation>{0} war {1}; jetzt ist es „{2}“.</translation>
    </message>
    <message>
        <source>{0} weights would take up to {1:.1f} GB in {2}. Free some space first.</source>
        <translation>Gewichte in {0} bräuchten bis zu {1:.1f} GB in {2}. Schaffe zuerst Platz.</translation>
    </message>
    <message>
        <source>{0} would grow beyond measure. The archive may have been made to harm.</source>
        <translation>{0} würde über alle Maßen wachsen. Das Archiv soll vielleicht schaden.</translation>
    </message>
    <message>
        <source>{0} {1}. Download it again, or choose another GGUF file.</source>
        <translation>{0} {1}. Lade es noch einmal, oder wähle eine andere GGUF-Datei.</translation>
    </message>
    <message>
        <source>{0} · imported</source>
        <translation>{0} · eingeführt</translation>
    </message>
    <message>
        <source>{0} · {1:.2f} of {2:.2f} GB · {3:.1f} tokens/s (predicted {4:.1f}) · {5:.0%} in memory, {6:.0f} MB read per token</source>
        <translation>{0} · {1:.2f} von {2:.2f} GB · {3:.1f} Tokens/s (erwartet {4:.1f}) · {5:.0%} im Speicher, {6:.0f} MB je Token gelesen</translation>
    </message>
    <message>
        <source>{0}, such as {1}</source>
        <translation>{0}, etwa {1}</translation>
    </message>
    <message>
        <source>{0}.jsonl has not as many lines as the manifest says.</source>
        <translation>{0}.jsonl hat nicht so viele Zeilen, wie das Manifest sagt.</translation>
    </message>
    <message>
        <source>{0}; now: {1}</source>
        <translation>{0}; jetzt: {1}</translation>
    </message>
    <message>
        <source>“{0}” and “{1}”</source>
        <translation>„{0}“ und „{1}“</translation>
    </message>
    <message>
        <source>“{0}” of {1} fades, as you wished.</source>
        <translation>„{0}“ vom {1} verblasst, wie du wolltest.</translation>
    </message>
    <message>
        <source>“{0}” of {1} fades: nobody needed it for a while.</source>
        <translation>„{0}“ vom {1} verblasst: Eine Weile hat es niemand gebraucht.</translation>
    </message>
    <message>
        <source>“{0}” of {1} is archived, as you wished.</source>
        <translation>„{0}“ vom {1} ist archiviert, wie du wolltest.</translation>
    </message>
    <message>
        <source>“{0}” of {1} is archived: nobody needed it for long.</source>
        <translation>„{0}“ vom {1} ist archiviert: Lange hat es niemand gebraucht.</translation>
    </message>
    <message>
        <source>“{0}” of {1} is kept.</source>
        <translation>„{0}“ vom {1} bleibt.</translation>
    </message>
    <message>
        <source>“{0}” of {1} is vivid again, as you wished.</source>
        <translation>„{0}“ vom {1} ist wieder lebendig, wie du wolltest.</translation>
    </message>
    <message>
        <source>“{0}” of {1} is vivid again: it was of use.</source>
        <translation>„{0}“ vom {1} ist wieder lebendig: Es war von Nutzen.</translation>
    </message>
    <message>
        <source>“{0}” of {1} may fade again.</source>
        <translation>„{0}“ vom {1} darf wieder verblassen.</translation>
    </message>
    <message>
        <source>“{0}” stands for itself again; what repeated it has been erased.</source>
        <translation>„{0}“ steht wieder für sich; was es wiederholte, wurde gelöscht.</translation>
    </message>
    <message>
        <source>“{0}” was said once more, on {1}. I keep it as one memory of {2}.</source>
        <translation>„{0}“ wurde noch einmal gesagt, am {1}. Ich behalte es als eine Erinnerung vom {2}.</translation>
    </message>
    <message>
        <source>“{0}” was said {1} times more, last on {2}. I keep it as one memory of {3}.</source>
        <translation>„{0}“ wurde noch {1} Mal gesagt, zuletzt am {2}. Ich behalte es als eine Erinnerung vom {3}.</translation>
    </message>
</context>
<context>
    <name>QuickRecall</name>
    <message>
        <source>Recall</source>
        <translation>Erinnern</translation>
    </message>
    <message>
        <source>What did I say about…</source>
        <translation>Was habe ich gesagt über…</translation>
    </message>
    <message>
        <source>Memories found</source>
        <translation>Gefundene Erinnerungen</translation>
    </message>
    <message>
        <source>Enter opens · Ctrl+C copies · Ctrl+Enter asks · Esc closes</source>
        <translation>Eingabe öffnet · Strg+C kopiert · Strg+Eingabe fragt · Esc schließt</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Kopiert.</translation>
    </message>
    <message>
        <source>Your memory is still opening…</source>
        <translation>Dein Gedächtnis wird noch geöffnet…</translation>
    </message>
    <message>
        <source>Nothing that was said fits yet.</source>
        <translation>Noch passt nichts, was gesagt wurde.</translation>
    </message>
</context>
<context>
    <name>Rewording</name>
    <message>
        <source>The memory in your words</source>
        <translation>Die Erinnerung in deinen Worten</translation>
    </message>
    <message>
        <source>Keep these words</source>
        <translation>Diese Worte behalten</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>What was said stays as it was said, below your words.</source>
        <translation>Was gesagt wurde, bleibt, wie es war, unter deinen Worten.</translation>
    </message>
</context>
<context>
    <name>Section</name>
    <message>
        <source>Taken back.</source>
        <translation>Zurückgenommen.</translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Desktop</source>
        <translation>Desktop</translation>
    </message>
    <message>
        <source>Your data</source>
        <translation>Deine Daten</translation>
    </message>
    <message>
        <source>Use memory in replies</source>
        <translation>Gedächtnis in Antworten verwenden</translation>
    </message>
    <message>
        <source>Pause memory</source>
        <translation>Gedächtnis pausieren</translation>
    </message>
    <message>
        <source>Learn from what I open</source>
        <translation>Aus dem lernen, was ich öffne</translation>
    </message>
    <message>
        <source>Let what is of no use fade</source>
        <translation>Unnützes verblassen lassen</translation>
    </message>
    <message>
        <source>Days to keep archived words (0: for ever)</source>
        <translation>Tage, die archivierte Worte bleiben (0: immer)</translation>
    </message>
    <message>
        <source>Memory in each prompt, in tokens</source>
        <translation>Gedächtnis je Anfrage, in Token</translation>
    </message>
    <message>
        <source>Stay in the tray when closed</source>
        <translation>Beim Schließen im Infobereich bleiben</translation>
    </message>
    <message>
        <source>Start in the tray at login</source>
        <translation>Beim Anmelden im Infobereich starten</translation>
    </message>
    <message>
        <source>Key for recall from anywhere</source>
        <translation>Taste zum Erinnern von überall</translation>
    </message>
    <message>
        <source>Export memory…</source>
        <translation>Gedächtnis exportieren…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren…</translation>
    </message>
    <message>
        <source>Restore a backup…</source>
        <translation>Sicherung wiederherstellen…</translation>
    </message>
    <message>
        <source>Your memory can be read by your account alone. It is not encrypted by itself: whoever holds the disk can read it, unless the disk is encrypted (LUKS, FileVault, BitLocker).</source>
        <translation>Dein Gedächtnis kann nur dein Benutzerkonto lesen. Es ist nicht für sich verschlüsselt: Wer die Festplatte hat, kann es lesen, außer sie ist verschlüsselt (LUKS, FileVault, BitLocker).</translation>
    </message>
    <message>
        <source>Your memory can be read by your account alone, and lies on an encrypted volume.</source>
        <translation>Dein Gedächtnis kann nur dein Benutzerkonto lesen, und es liegt auf einem verschlüsselten Laufwerk.</translation>
    </message>
    <message>
        <source>{plain} The volume it lies on is not.</source>
        <translation>{plain} Das Laufwerk, auf dem es liegt, ist es nicht.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
</context>
<context>
    <name>ShortcutsPanel</name>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Click a field and press the new keys. Backspace takes a shortcut away.</source>
        <translation>Klicke in ein Feld und drücke die neuen Tasten. Die Rücktaste nimmt ein Kürzel weg.</translation>
    </message>
    <message>
        <source>Bring all of them back as they were</source>
        <translation>Alle wieder wie zuvor</translation>
    </message>
    <message>
        <source>Shortcut of {command}</source>
        <translation>Kürzel von {command}</translation>
    </message>
    <message>
        <source>“{command}” has lost these keys.</source>
        <translation>„{command}“ hat diese Tasten verloren.</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>SourcesPanel</name>
    <message>
        <source>Memories used</source>
        <translation>Verwendete Erinnerungen</translation>
    </message>
    <message>
        <source>Memory of {0}</source>
        <translation>Erinnerung von {0}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open in its conversation: {0}</source>
        <translation>In ihrem Gespräch öffnen: {0}</translation>
    </message>
    <message>
        <source>Not this</source>
        <translation>Nicht diese</translation>
    </message>
    <message>
        <source>Say that the memory of {0} has nothing to do with the question</source>
        <translation>Sagen, dass die Erinnerung von {0} nichts mit der Frage zu tun hat</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Why the memory of {0} came back</source>
        <translation>Warum die Erinnerung von {0} wiederkam</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>Vergessen…</translation>
    </message>
    <message>
        <source>Forget the memory of {0}</source>
        <translation>Die Erinnerung von {0} vergessen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Never let the memory of {0} fade</source>
        <translation>Die Erinnerung von {0} nie verblassen lassen</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Counted: {0}.</source>
        <translation>Gezählt: {0}.</translation>
    </message>
</context>
<context>
    <name>SpaceBar</name>
    <message>
        <source>All conversations</source>
        <translation>Alle Gespräche</translation>
    </message>
    <message>
        <source>In no space</source>
        <translation>In keinem Bereich</translation>
    </message>
    <message>
        <source>New space…</source>
        <translation>Neuer Bereich…</translation>
    </message>
    <message>
        <source>Edit “{}”…</source>
        <translation>„{}“ bearbeiten…</translation>
    </message>
    <message>
        <source>Recall from all spaces</source>
        <translation>Aus allen Bereichen erinnern</translation>
    </message>
    <message>
        <source>Move this conversation to</source>
        <translation>Dieses Gespräch verschieben nach</translation>
    </message>
    <message>
        <source>No space</source>
        <translation>Kein Bereich</translation>
    </message>
    <message>
        <source>Its name, such as Work or Home. What is said there stays there.</source>
        <translation>Sein Name, etwa Arbeit oder Zuhause. Was dort gesagt wird, bleibt dort.</translation>
    </message>
    <message>
        <source>New space</source>
        <translation>Neuer Bereich</translation>
    </message>
    <message>
        <source>Spaces</source>
        <translation>Bereiche</translation>
    </message>
    <message>
        <source>{} · recalls from everywhere</source>
        <translation>{} · erinnert sich von überall</translation>
    </message>
    <message>
        <source>Space: {}</source>
        <translation>Bereich: {}</translation>
    </message>
    <message>
        <source>Recall stays inside the space of a conversation</source>
        <translation>Erinnern bleibt im Bereich eines Gesprächs</translation>
    </message>
</context>
<context>
    <name>SpaceChoice</name>
    <message>
        <source>Which space</source>
        <translation>Welcher Bereich</translation>
    </message>
    <message>
        <source>All spaces</source>
        <translation>Alle Bereiche</translation>
    </message>
    <message>
        <source>In no space</source>
        <translation>In keinem Bereich</translation>
    </message>
</context>
<context>
    <name>SpacePanel</name>
    <message>
        <source>Space</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Name of the space</source>
        <translation>Name des Bereichs</translation>
    </message>
    <message>
        <source>Such as: You are a patient tutor. Answer in two sentences.</source>
        <translation>Etwa: Du bist ein geduldiger Lehrer. Antworte in zwei Sätzen.</translation>
    </message>
    <message>
        <source>How replies are to be in this space</source>
        <translation>Wie Antworten in diesem Bereich sein sollen</translation>
    </message>
    <message>
        <source>Own temperature</source>
        <translation>Eigene Temperatur</translation>
    </message>
    <message>
        <source>Own top-p</source>
        <translation>Eigenes Top-p</translation>
    </message>
    <message>
        <source>Own length of replies</source>
        <translation>Eigene Länge der Antworten</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Export this space…</source>
        <translation>Diesen Bereich exportieren…</translation>
    </message>
    <message>
        <source>Delete this space</source>
        <translation>Diesen Bereich löschen</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Persona</source>
        <translation>Persona</translation>
    </message>
    <message>
        <source>What is said in a space is recalled there alone, unless you ask.</source>
        <translation>Was in einem Bereich gesagt wird, kommt nur dort wieder, außer du verlangst es anders.</translation>
    </message>
    <message>
        <source>“{}” is in {}.</source>
        <translation>„{}“ ist in {}.</translation>
    </message>
    <message>
        <source>Kept. Replies in this space follow it from the next question on.</source>
        <translation>Behalten. Antworten in diesem Bereich folgen dem ab der nächsten Frage.</translation>
    </message>
    <message>
        <source>“{}” is deleted. What was said in it is there still, in no space.</source>
        <translation>„{}“ ist gelöscht. Was darin gesagt wurde, ist noch da, in keinem Bereich.</translation>
    </message>
    <message>
        <source>Brought back, with all that was in it.</source>
        <translation>Zurückgeholt, mit allem, was darin war.</translation>
    </message>
    <message>
        <source>Archives (*.mneme)</source>
        <translation>Archive (*.mneme)</translation>
    </message>
    <message>
        <source>Export this space</source>
        <translation>Diesen Bereich exportieren</translation>
    </message>
</context>
<context>
    <name>Spaces</name>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>Choose a space</source>
        <translation>Einen Bereich wählen</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>Erinnerungen</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Fakten</translation>
    </message>
    <message>
        <source>Timeline of episodes</source>
        <translation>Zeitleiste der Episoden</translation>
    </message>
    <message>
        <source>Map of names</source>
        <translation>Karte der Namen</translation>
    </message>
    <message>
        <source>What fades next week</source>
        <translation>Was nächste Woche verblasst</translation>
    </message>
    <message>
        <source>Health of memory</source>
        <translation>Zustand des Gedächtnisses</translation>
    </message>
</context>
<context>
    <name>Sure</name>
    <message>
        <source>Erase for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>und {0} weitere</translation>
    </message>
</context>
<context>
    <name>Talk</name>
    <message>
        <source>Ask again</source>
        <translation>Noch einmal fragen</translation>
    </message>
</context>
<context>
    <name>Tasks</name>
    <message>
        <source>This is a fault in Mneme, not yours ({0}). The log has the details.</source>
        <translation>Das ist ein Fehler in Mneme, nicht deiner ({0}). Näheres steht im Protokoll.</translation>
    </message>
</context>
<context>
    <name>TextView</name>
    <message>
        <source>Copy from here on</source>
        <translation>Von hier an kopieren</translation>
    </message>
    <message>
        <source>Copy the conversation</source>
        <translation>Das Gespräch kopieren</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Timeline of episodes</source>
        <translation>Zeitleiste der Episoden</translation>
    </message>
    <message>
        <source>{} messages</source>
        <translation>{} Nachrichten</translation>
    </message>
    <message>
        <source>1 message</source>
        <translation>1 Nachricht</translation>
    </message>
    <message>
        <source>surprise at its beginning {:.1f} nats a token</source>
        <translation>Überraschung am Anfang {:.1f} nats je Token</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>{} % left</source>
        <translation>{} % übrig</translation>
    </message>
    <message>
        <source>{} episodes</source>
        <translation>{} Episoden</translation>
    </message>
    <message>
        <source>1 episode</source>
        <translation>1 Episode</translation>
    </message>
</context>
<context>
    <name>TimelineView</name>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>A band is an episode: as wide as there was talk, paler the less of it is left. The line above is how surprising the words were; a tick is where one episode ends and the next begins.</source>
        <translation>Ein Band ist eine Episode: so breit, wie geredet wurde, und blasser, je weniger übrig ist. Die Linie darüber zeigt, wie überraschend die Worte waren; ein Strich ist, wo eine Episode endet und die nächste beginnt.</translation>
    </message>
    <message>
        <source>There are no episodes yet. They are made a few minutes after something was said.</source>
        <translation>Es gibt noch keine Episoden. Sie entstehen einige Minuten, nachdem etwas gesagt wurde.</translation>
    </message>
    <message>
        <source>There are no episodes in this space yet. “All spaces” at the top shows the others.</source>
        <translation>In diesem Bereich gibt es noch keine Episoden. „Alle Bereiche“ oben zeigt die anderen.</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Transcript</source>
        <translation>Gesprächsverlauf</translation>
    </message>
    <message>
        <source>What you tell Mneme stays on this computer and is remembered. Ctrl+K finds anything you said.</source>
        <translation>Was du Mneme erzählst, bleibt auf diesem Rechner und wird behalten. Strg+K findet alles, was du gesagt hast.</translation>
    </message>
    <message>
        <source>What is on your mind?</source>
        <translation>Was beschäftigt dich?</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Recall…</source>
        <translation>Erinnern…</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neues Gespräch</translation>
    </message>
    <message>
        <source>Private chat</source>
        <translation>Privates Gespräch</translation>
    </message>
    <message>
        <source>Show Mneme</source>
        <translation>Mneme zeigen</translation>
    </message>
    <message>
        <source>Pause memory</source>
        <translation>Gedächtnis pausieren</translation>
    </message>
    <message>
        <source>Sleep now</source>
        <translation>Jetzt schlafen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Mneme, memory paused</source>
        <translation>Mneme, Gedächtnis pausiert</translation>
    </message>
</context>
<context>
    <name>Turn</name>
    <message>
        <source>Opening your memory…</source>
        <translation>Dein Gedächtnis wird geöffnet…</translation>
    </message>
    <message>
        <source>The model is loading…</source>
        <translation>Das Modell wird geladen…</translation>
    </message>
    <message>
        <source>{0} tokens/s</source>
        <translation>{0} Token/s</translation>
    </message>
    <message>
        <source>memory is paused</source>
        <translation>Gedächtnis ist pausiert</translation>
    </message>
    <message>
        <source>memory is not used in replies</source>
        <translation>Gedächtnis wird in Antworten nicht genutzt</translation>
    </message>
    <message>
        <source>memory by words only</source>
        <translation>Gedächtnis nur nach Wörtern</translation>
    </message>
    <message>
        <source>memory by words, meaning is loading…</source>
        <translation>Gedächtnis nach Wörtern, Bedeutung wird geladen…</translation>
    </message>
    <message>
        <source>memory ready</source>
        <translation>Gedächtnis bereit</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>Denkt nach…</translation>
    </message>
    <message>
        <source>Reading… {0} of {1} tokens, {2} known</source>
        <translation>Liest… {0} von {1} Token, {2} bekannt</translation>
    </message>
    <message>
        <source>{0} read before</source>
        <translation>{0} schon gelesen</translation>
    </message>
    <message>
        <source>went on where you left off, {0}</source>
        <translation>fuhr fort, wo du aufgehört hast, {0}</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Everything lies in {0}</source>
        <translation>Alles liegt in {0}</translation>
    </message>
    <message>
        <source>Mneme remembers what you tell it</source>
        <translation>Mneme behält, was du erzählst</translation>
    </message>
    <message>
        <source>It is an assistant that runs on this computer, with the network cable pulled. What you say is kept, and comes back when it matters. Under each reply you see which memories it used, and you can mend or erase every one.</source>
        <translation>Es ist ein Assistent, der auf diesem Rechner läuft, auch ohne Netzwerkkabel. Was du sagst, bleibt und kommt wieder, wenn es wichtig ist. Unter jeder Antwort siehst du, welche Erinnerungen sie verwendet hat, und jede kannst du berichtigen oder löschen.</translation>
    </message>
    <message>
        <source>Nothing is sent anywhere, and a page lists every network call that the app ever made.</source>
        <translation>Nichts wird irgendwohin gesendet, und eine Seite zeigt jeden Netzzugriff, den die App je gemacht hat.</translation>
    </message>
    <message>
        <source>A small model is ready now. It answers at once and repeats your notes well, but it reasons poorly. A larger one writes better, and takes longer to fetch and to answer.</source>
        <translation>Ein kleines Modell ist schon bereit. Es antwortet sofort und gibt deine Notizen gut wieder, denkt aber schlecht. Ein größeres schreibt besser und braucht länger, zum Holen und zum Antworten.</translation>
    </message>
    <message>
        <source>See all models, and those this machine already has</source>
        <translation>Alle Modelle ansehen, auch die, die dieser Rechner schon hat</translation>
    </message>
    <message>
        <source>A model that answers</source>
        <translation>Ein Modell, das antwortet</translation>
    </message>
    <message>
        <source>Fetch {0}, {1}</source>
        <translation>{0} holen, {1}</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren…</translation>
    </message>
    <message>
        <source>Bring your past</source>
        <translation>Bring deine Vergangenheit mit</translation>
    </message>
    <message>
        <source>Conversations from ChatGPT, Claude, Open WebUI, Jan, LM Studio and GPT4All, a memory from mem0, or your own Markdown: Mneme takes them in with their dates. This can also be done later, in the settings.</source>
        <translation>Gespräche aus ChatGPT, Claude, Open WebUI, Jan, LM Studio und GPT4All, ein Gedächtnis aus mem0 oder dein eigenes Markdown: Mneme nimmt sie mit ihrem Datum auf. Das geht auch später, in den Einstellungen.</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Anfangen</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>WidePage</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Widgets</name>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>A private chat ends with Mneme. Keep it, or close once more to let it go.</source>
        <translation>Ein privates Gespräch endet mit Mneme. Behalte es, oder schließe noch einmal, um es gehen zu lassen.</translation>
    </message>
    <message>
        <source>Keep this chat</source>
        <translation>Dieses Gespräch behalten</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neues Gespräch</translation>
    </message>
    <message>
        <source>Find in this conversation</source>
        <translation>In diesem Gespräch suchen</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>Gespräche durchsuchen</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>Erinnern</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Eine Nachricht schreiben</translation>
    </message>
    <message>
        <source>Attach documents</source>
        <translation>Dokumente anhängen</translation>
    </message>
    <message>
        <source>Reply again</source>
        <translation>Noch einmal antworten</translation>
    </message>
    <message>
        <source>Edit the last question</source>
        <translation>Die letzte Frage bearbeiten</translation>
    </message>
    <message>
        <source>Copy the conversation</source>
        <translation>Das Gespräch kopieren</translation>
    </message>
    <message>
        <source>Version before</source>
        <translation>Vorige Fassung</translation>
    </message>
    <message>
        <source>Version after</source>
        <translation>Nächste Fassung</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Find anything</source>
        <translation>Alles finden</translation>
    </message>
    <message>
        <source>Larger letters</source>
        <translation>Größere Schrift</translation>
    </message>
    <message>
        <source>Smaller letters</source>
        <translation>Kleinere Schrift</translation>
    </message>
    <message>
        <source>Letters of the usual size</source>
        <translation>Schrift in üblicher Größe</translation>
    </message>
    <message>
        <source>Close the top thing</source>
        <translation>Das Oberste schließen</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Das Fenster schließen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
</context>
</TS>
